#include "linux/events/anonymous_file.h"

#include "fs/internal_fs.h"
#include "fs/node.h"
#include "text/format.h"

namespace jacinth::linux {
namespace {

constexpr uint32_t kMagic = 0x09041934;
constinit fs::LazyFs anonymous_fs{"anon_inodefs", kMagic};

class AnonymousNode final : public fs::Node {
 public:
  explicit AnonymousNode(std::string_view what)
      : Node(RefPtr<fs::FileSystem>(&anonymous_fs.get()), anonymous_fs.get().next_node_number(),
             {.type = fs::FileType::Unknown, .mode = 0600}),
        what_(what) {}
  std::string_view describe(std::span<char> buffer) override {
    return format_into(buffer, "anon_inode:[{}]", what_);
  }

 private:
  const std::string_view what_;
};

}  // namespace

ErrnoOr<RefPtr<fs::Node>> make_anonymous_node(std::string_view what) {
  return RefPtr<fs::Node>(TRY(to_errno(make_ref<AnonymousNode>(what))));
}

}  // namespace jacinth::linux
