// ls [-l] [PATH…]: the files of the boot image, all or those at or below a path.
#include <algorithm>

#include "lib/boot_files.h"
#include "lib/io.h"

namespace {

bool is_below(std::string_view path, std::string_view top) {
  return top.empty() || path == top ||
         (path.starts_with(top) && (top.ends_with('/') || path[top.size()] == '/'));
}

// How many files it has shown.
size_t list(const user::BootFiles& files, std::string_view top, bool with_sizes) {
  size_t count = 0;
  if (top.starts_with('/')) top.remove_prefix(1);
  files.for_each([&](std::string_view path, size_t bytes) {
    if (!is_below(path, top)) return;
    ++count;
    if (with_sizes) user::print("{:10}  ", bytes);
    user::print("{}\n", path);
  });
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  const auto files = user::BootFiles::open_given();
  if (!files) {
    user::print_error("ls: there is no file system\n");
    return 1;
  }
  int first = 1;
  const bool with_sizes = argc > 1 && std::string_view(argv[1]) == "-l";
  if (with_sizes) ++first;
  if (first == argc) list(*files, "", with_sizes);
  int status = 0;
  for (int i = first; i < argc; ++i) {
    if (list(*files, argv[i], with_sizes) != 0) continue;
    user::print_error("ls: {}: no such file\n", argv[i]);
    status = 1;
  }
  return status;
}
