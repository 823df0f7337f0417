#include "fs/tmpfs.h"

#include <algorithm>
#include <optional>

#include "fs/tmpfs_node.h"
#include "vm/frames.h"

namespace jacinth::fs {
namespace {

std::optional<uint64_t> parse_number(std::string_view& text, unsigned base) {
  uint64_t value = 0;
  size_t digits = 0;
  for (; digits < text.size(); ++digits) {
    const unsigned digit = static_cast<unsigned>(text[digits] - '0');
    if (digit >= base) break;
    if (__builtin_mul_overflow(value, uint64_t{base}, &value) ||
        __builtin_add_overflow(value, uint64_t{digit}, &value))
      return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

// "10m": with a suffix k, m or g.
std::optional<uint64_t> parse_amount(std::string_view text) {
  auto value = parse_number(text, 10);
  if (!value || text.size() > 1) return std::nullopt;
  unsigned shift = 0;
  if (!text.empty()) {
    const size_t suffix = std::string_view("kmgKMG").find(text[0]);
    if (suffix == std::string_view::npos) return std::nullopt;
    shift = 10 * (static_cast<unsigned>(suffix % 3) + 1);
  }
  if (*value > ~uint64_t{0} >> shift) return std::nullopt;
  return *value << shift;
}

std::optional<uint32_t> parse_id(std::string_view text, unsigned base) {
  const auto value = parse_number(text, base);
  if (!value || !text.empty() || *value > 0xffff'fffe) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

uint64_t pages_of(uint64_t bytes) { return (bytes >> kPageShift) + (bytes % kPageSize != 0); }

ErrnoOr<> apply(Tmpfs::Options& options, std::string_view key, std::string_view value) {
  std::optional<uint64_t> amount;
  std::optional<uint32_t> id;
  if (key == "size" && value.ends_with('%')) {
    value.remove_suffix(1);
    id = parse_id(value, 10);
    if (!id || *id > 100) return fail(Errno::INVAL);
    options.limits.pages = vm::frames().counts().total * *id / 100;
    return {};
  }
  if (key == "size" || key == "nr_blocks" || key == "nr_inodes") {
    amount = parse_amount(value);
    if (!amount) return fail(Errno::INVAL);
    if (key == "size") options.limits.pages = pages_of(*amount);
    if (key == "nr_blocks") options.limits.pages = *amount;
    if (key == "nr_inodes") options.limits.nodes = *amount;
    return {};
  }
  if (key != "mode" && key != "uid" && key != "gid") return fail(Errno::INVAL);
  id = parse_id(value, key == "mode" ? 8 : 10);
  if (!id) return fail(Errno::INVAL);
  if (key == "mode") options.mode = *id & mode::kAll;
  if (key == "uid") options.user = *id;
  if (key == "gid") options.group = *id;
  return {};
}

}  // namespace

ErrnoOr<Tmpfs::Options> Tmpfs::Options::parse(std::string_view text) {
  Options options;
  while (!text.empty()) {
    const std::string_view option = text.substr(0, text.find(','));
    text.remove_prefix(std::min(option.size() + 1, text.size()));
    if (option.empty()) continue;
    const size_t equals = option.find('=');
    if (equals == std::string_view::npos) return fail(Errno::INVAL);
    TRY(apply(options, option.substr(0, equals), option.substr(equals + 1)));
  }
  return options;
}

ErrnoOr<RefPtr<Tmpfs>> Tmpfs::create(const Options& options, std::string_view type) {
  RefPtr<Tmpfs> made = TRY(to_errno(make_ref<Tmpfs>(options, type)));
  const NewNode root{.type = FileType::Directory,
                     .mode = options.mode,
                     .user = options.user,
                     .group = options.group};
  TRY(made->set_root(TRY(TmpfsNode::create(*made, root))));
  return made;
}

bool Tmpfs::may_take_pages(uint64_t pages) const {
  const uint64_t limit = page_limit_.load(std::memory_order_relaxed);
  return limit == 0 || used_pages_.load(std::memory_order_relaxed) + pages <= limit;
}

ErrnoOr<> Tmpfs::count_node() {
  const uint64_t limit = node_limit_.load(std::memory_order_relaxed);
  const uint64_t before = used_nodes_.fetch_add(1, std::memory_order_relaxed);
  if (limit == 0 || before < limit) return {};
  used_nodes_.fetch_sub(1, std::memory_order_relaxed);
  return fail(Errno::NOSPC);
}

FileSystemInfo Tmpfs::info() {
  FileSystemInfo found{.magic = kMagic, .block_bytes = kPageSize};
  const uint64_t used = used_pages_.load(std::memory_order_relaxed);
  const uint64_t pages = page_limit_.load(std::memory_order_relaxed);
  const vm::FrameCounts frames = vm::frames().counts();
  found.blocks = pages != 0 ? pages : frames.total;
  found.free_blocks = pages != 0 ? pages - std::min(pages, used) : frames.free();
  const uint64_t nodes = node_limit_.load(std::memory_order_relaxed);
  found.nodes = nodes != 0 ? nodes : frames.total;
  found.free_nodes =
      found.nodes - std::min(found.nodes, used_nodes_.load(std::memory_order_relaxed));
  return found;
}

void Tmpfs::describe_options(TextSink& out) {
  const uint64_t pages = page_limit_.load(std::memory_order_relaxed);
  const uint64_t nodes = node_limit_.load(std::memory_order_relaxed);
  if (pages != 0) format_to(out, ",size={}k", pages << (kPageShift - 10));
  if (nodes != 0) format_to(out, ",nr_inodes={}", nodes);
}

ErrnoOr<> Tmpfs::remount(std::string_view options) {
  const auto [pages, nodes] = TRY(Options::parse(options))
  .limits;
  if (pages != 0 && pages < used_pages_.load(std::memory_order_relaxed)) return fail(Errno::INVAL);
  if (nodes != 0 && nodes < used_nodes_.load(std::memory_order_relaxed)) return fail(Errno::INVAL);
  page_limit_.store(pages, std::memory_order_relaxed);
  node_limit_.store(nodes, std::memory_order_relaxed);
  return {};
}

ErrnoOr<RefPtr<MemoryNode>> Tmpfs::make_unnamed_file(const NewNode& what, uint32_t seals) {
  RefPtr<TmpfsNode> made = TRY(TmpfsNode::create(*this, what, seals));
  made->set_links(0);
  return RefPtr<MemoryNode>(std::move(made));
}

ErrnoOr<RefPtr<Node>> Tmpfs::make_file_of(const NewNode& what, RefPtr<vm::Vmo> contents,
                                          uint64_t size) {
  RefPtr<TmpfsNode> made = TRY(TmpfsNode::create(*this, what));
  made->set_contents(std::move(contents), size);
  return RefPtr<Node>(std::move(made));
}

}  // namespace jacinth::fs
