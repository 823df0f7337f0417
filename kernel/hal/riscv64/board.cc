#include "hal/riscv64/board.h"

#include <algorithm>

#include "fdt/fdt.h"
#include "hal/bare_common/boot_options.h"
#include "hal/riscv64/layout.h"

namespace jacinth::riscv64 {

constinit Board board{};

namespace {

constexpr uint32_t kSupervisorExternal = 9;

DeviceRegion region_of(const fdt::Node& node, const fdt::Node& parent, size_t index = 0) {
  const auto reg = node.reg(parent, index);
  if (!reg) return {};
  return {PhysAddr{reg->base}, reg->bytes, node.number("interrupts")};
}

// "rv64imafdcv_zicsr_sstc": single letters up to the first underscore, then names.
bool has_letter(std::string_view isa, char letter) {
  isa = isa.substr(0, isa.find('_'));
  return isa.size() > 4 && isa.substr(4).contains(letter);
}
bool has_extension(std::string_view isa, std::string_view name) {
  while (!isa.empty()) {
    const std::string_view one = isa.substr(0, isa.find('_'));
    if (one == name) return true;
    isa.remove_prefix(std::min(one.size() + 1, isa.size()));
  }
  return false;
}

void read_harts(const fdt::Node& cpus, uint64_t boot_hart) {
  board.timebase = cpus.number("timebase-frequency");
  board.has_vectors = board.has_timer = true;
  for (auto node = cpus.first_child(); node; node = node->next_sibling()) {
    if (node->text("device_type") != "cpu" || !node->is_enabled()) continue;
    // Without translation it has no supervisor mode either, and is not for us.
    const std::string_view translation = node->text("mmu-type");
    if (translation.empty() || translation == "riscv,none") continue;
    const auto id = node->reg(cpus);
    const auto controller = node->child("interrupt-controller");
    if (!id || id->base >= 64 || !controller || board.hart_count == hal::kMaxCpus) continue;
    const std::string_view isa = node->text("riscv,isa");
    board.has_vectors = board.has_vectors && has_letter(isa, 'v');
    board.has_timer = board.has_timer && has_extension(isa, "sstc");
    HartFacts& hart = board.harts[board.hart_count++];
    hart = {.id = id->base, .interrupt_controller = controller->number("phandle")};
    if (hart.id == boot_hart) std::swap(hart, board.harts[0]);
  }
}

void read_plic(const fdt::Node& node, const fdt::Node& parent) {
  board.plic = region_of(node, parent);
  board.plic_sources = node.number("riscv,ndev");
  const auto contexts = node.property("interrupts-extended");
  if (!contexts) return;
  // Context n is the n-th pair of a hart's interrupt controller and its interrupt there.
  fdt::CellReader cells(contexts->value);
  for (uint32_t context = 0;; ++context) {
    const auto controller = cells.take(1);
    const auto interrupt = cells.take(1);
    if (!controller || !interrupt) return;
    if (*interrupt != kSupervisorExternal) continue;
    for (HartFacts& hart : std::span(board.harts).first(board.hart_count))
      if (hart.interrupt_controller == *controller) hart.plic_context = context;
  }
}

void read_device(const fdt::Node& node, const fdt::Node& parent) {
  if (!node.is_enabled()) return;
  if (node.is_compatible("riscv,plic0") || node.is_compatible("sifive,plic-1.0.0"))
    read_plic(node, parent);
  if (node.is_compatible("riscv,clint0") || node.is_compatible("sifive,clint0")) {
    const uint64_t base = raw(region_of(node, parent).base);
    board.software_interrupts = base;
    board.timer_compares = base + 0x4000;
    board.timer_value = base + 0xbff8;
  }
  if (node.is_compatible("riscv,aclint-mswi"))
    board.software_interrupts = raw(region_of(node, parent).base);
  if (node.is_compatible("riscv,aclint-mtimer")) {
    board.timer_value = raw(region_of(node, parent, 0).base);
    board.timer_compares = raw(region_of(node, parent, 1).base);
  }
  if (node.is_compatible("sifive,test0")) board.test_device = region_of(node, parent);
  if (node.is_compatible("google,goldfish-rtc")) board.clock = region_of(node, parent);
  if (node.is_compatible("virtio,mmio") && board.virtio_count < Board::kMostVirtio)
    board.virtio[board.virtio_count++] = region_of(node, parent);
}

void read_uart(const fdt::Tree& tree, std::string_view path) {
  path = path.substr(0, path.find(':'));  // options may follow
  const size_t slash = path.rfind('/');
  const auto node = tree.find(path);
  const auto parent = tree.find(slash == 0 ? "/" : path.substr(0, slash));
  if (!node || !parent) return;
  board.uart.region = region_of(*node, *parent);
  board.uart.register_shift = node->number("reg-shift");
  if (node->is_compatible("ns16550a") || node->is_compatible("ns16550"))
    board.uart.kind = UartKind::Ns16550;
  if (node->is_compatible("sifive,uart0")) board.uart.kind = UartKind::Sifive;
}

void read_chosen(const fdt::Tree& tree, const fdt::Node& chosen, hal::BootInfo& info) {
  const auto number = [&](std::string_view name) -> uint64_t {
    const auto property = chosen.property(name);
    if (!property) return 0;
    return property->value.size() == 8 ? property->u64().value_or(0) : property->u32().value_or(0);
  };
  board.initrd_start = number("linux,initrd-start");
  board.initrd_end = number("linux,initrd-end");
  if (const auto seed = chosen.property("rng-seed")) {
    board.seed_bytes =
        static_cast<uint32_t>(std::min<size_t>(seed->value.size(), Board::kSeedBytes));
    std::ranges::copy(seed->value.first(board.seed_bytes), board.seed.begin());
  }
  read_uart(tree, chosen.text("stdout-path"));
  hal::parse_boot_options(chosen.text("bootargs"), board.text, info);
}

void read_memory(const fdt::Tree& tree, const fdt::Node& root) {
  for (auto node = root.first_child(); node; node = node->next_sibling()) {
    if (node->text("device_type") != "memory" || !node->is_enabled()) continue;
    for (size_t i = 0;; ++i) {
      const auto range = node->reg(root, i);
      if (!range) break;
      board.ram.add(PhysAddr{range->base}, range->bytes);
    }
  }
  board.ram.limit(PhysAddr{kDirectMapBytes});
  board.free = board.ram;
  tree.for_each_reservation(
      [](fdt::Region region) { board.free.reserve(PhysAddr{region.base}, region.bytes); });
  const auto reserved = root.child("reserved-memory");
  for (auto node = reserved ? reserved->first_child() : std::nullopt; node;
       node = node->next_sibling()) {
    for (size_t i = 0;; ++i) {
      const auto range = node->reg(*reserved, i);
      if (!range) break;
      board.free.reserve(PhysAddr{range->base}, range->bytes);
      // Firmware may have made this unreachable for us, so it must not even be mapped.
      if (node->has("no-map")) board.ram.reserve(PhysAddr{range->base}, range->bytes);
    }
  }
  if (board.initrd_end > board.initrd_start)
    board.free.reserve(PhysAddr{board.initrd_start}, board.initrd_end - board.initrd_start);
}

}  // namespace

const char* read_board(std::span<const std::byte> device_tree, uint64_t boot_hart,
                       hal::BootInfo& info) {
  const auto tree = fdt::Tree::parse(device_tree);
  if (!tree) return tree.error().what;
  const fdt::Node root = tree->root();
  if (const auto cpus = root.child("cpus")) read_harts(*cpus, boot_hart);
  if (board.hart_count == 0 || board.harts[0].id != boot_hart || board.timebase == 0)
    return "the device tree does not have this hart, or no clock";
  if (const auto chosen = root.child("chosen")) read_chosen(*tree, *chosen, info);
  read_memory(*tree, root);
  tree->for_each_node(
      [](const fdt::Node& node, const fdt::Node& parent) { read_device(node, parent); });
  return nullptr;
}

}  // namespace jacinth::riscv64
