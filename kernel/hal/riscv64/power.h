#pragma once

namespace jacinth::riscv64 {

// Maps the device that ends the machine, if there is one.
void set_up_power();

}  // namespace jacinth::riscv64
