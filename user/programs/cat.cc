// cat [FILE…]: the files of the boot image one after the other, or the standard input.
#include "lib/boot_files.h"
#include "lib/io.h"

namespace {

int copy_input() {
  char buffer[4096];
  while (const size_t count = user::read_input(buffer)) {
    user::out().write({buffer, count});
    if (user::out().broken()) return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) return copy_input();
  const auto files = user::BootFiles::open_given();
  int status = 0;
  for (int i = 1; i < argc; ++i) {
    const user::FileView file = files ? files->find(argv[i]) : user::FileView{};
    if (file.bytes.data() == nullptr) {
      user::print_error("cat: {}: no such file\n", argv[i]);
      status = 1;
      continue;
    }
    user::out().write({reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()});
  }
  return status;
}
