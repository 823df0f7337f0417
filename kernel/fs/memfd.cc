#include "fs/memfd.h"

#include <algorithm>

#include "fs/internal_fs.h"
#include "fs/tmpfs.h"
#include "text/format.h"

namespace jacinth::fs {
namespace {

constinit LazyFs memfd_fs{"tmpfs", Tmpfs::kMagic};

class MemfdNode final : public MemoryNode {
 public:
  MemfdNode(const NewNode& what, Vector<char> name, uint32_t seals)
      : MemoryNode(RefPtr<FileSystem>(&memfd_fs.get()), memfd_fs.get().next_node_number(), what,
                   seals),
        name_(std::move(name)) {
    set_links(0);
  }
  std::string_view describe(std::span<char> buffer) override {
    return format_into(buffer, "/memfd:{} (deleted)", std::string_view(name_.data(), name_.size()));
  }

 private:
  const Vector<char> name_;
};

}  // namespace

ErrnoOr<RefPtr<File>> make_memfd(std::string_view name, bool sealable, bool executable,
                                 const Credentials& who) {
  auto text = TRY(to_errno(Vector<char>::with_size(name.size())));
  std::ranges::copy(name, text.begin());
  const NewNode what{.type = FileType::Regular,
                     .mode = executable ? 0777u : 0666u,
                     .user = who.user,
                     .group = who.group};
  uint32_t seals = sealable ? 0 : MemoryNode::kSealSeal;
  if (!executable) seals |= MemoryNode::kSealExecute;
  auto node = TRY(to_errno(make_ref<MemfdNode>(what, std::move(text), seals)));
  auto opened = node->open({}, open_flags::kReadWrite | open_flags::kLargeFile);
  return std::move(opened.value());
}

}  // namespace jacinth::fs
