#include "net/local/local_name.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include "fs/entries.h"
#include "fs/mount.h"
#include "fs/node.h"
#include "fs/operations.h"
#include "net/numbers.h"

namespace jacinth::net::local {

// Who has which name, by a hash of it: of the text, or of the node's address.
struct NameTable {
  static constexpr size_t kChains = 256;
  using Names = Chain<LocalName, &LocalName::link_>;

  static size_t hash(std::string_view text, SocketType type) {
    uint64_t value = 14695981039346656037u ^ static_cast<uint8_t>(type);
    for (const char letter : text) value = (value ^ static_cast<uint8_t>(letter)) * 1099511628211u;
    return (value ^ value >> 32) % kChains;
  }
  static size_t hash(const fs::Node& node) {
    const auto value = reinterpret_cast<uintptr_t>(&node);
    return (value >> 4 ^ value >> 16) % kChains;
  }
  Names& chain_of(const LocalName& name) {
    return chains[name.abstract_ ? hash(name.text(), name.type_) : hash(name.place_.node())];
  }

  // Of those below: under the lock.
  LocalName* find(std::string_view text, SocketType type) {
    for (LocalName* name = chains[hash(text, type)].first(); name != nullptr;
         name = Names::next(*name)) {
      if (name->abstract_ && name->type_ == type && name->text() == text) return name;
    }
    return nullptr;
  }
  LocalName* find(const fs::Node& node) {
    for (LocalName* name = chains[hash(node)].first(); name != nullptr; name = Names::next(*name)) {
      if (!name->abstract_ && &name->place_.node() == &node) return name;
    }
    return nullptr;
  }
  void add(LocalName& name) { chain_of(name).push(name); }
  static ErrnoOr<RefPtr<KernelObject>> end_of(LocalName* name, SocketType type) {
    if (name == nullptr) return fail(Errno::CONNREFUSED);
    if (name->owner_->type() != type) return fail(Errno::PROTOTYPE);
    return name->owner_->end();
  }

  std::array<Names, kChains> chains;
};

namespace {

constinit SpinLock names_lock{LockRank::NetTable};
constinit NameTable table;

}  // namespace

LocalName::LocalName(Nameable& owner, std::string_view text, bool abstract)
    : owner_(&owner),
      type_(owner.type()),
      size_(static_cast<uint8_t>(text.size())),
      abstract_(abstract) {
  std::ranges::copy(text, text_.begin());
}

LocalName::~LocalName() { ASSERT(!link_.is_linked()); }

void LocalName::give_up(const Nameable& owner) {
  LockGuard guard(names_lock);
  if (owner_ != &owner) return;
  NameTable::Names::remove(*this);
  owner_ = nullptr;
}

// A path ends with a NUL; an abstract name begins with one.
void LocalName::write_to(SocketAddress& out) const {
  out = {};
  const uint16_t family = kLocal;
  memcpy(out.bytes.data(), &family, sizeof(family));
  memcpy(out.bytes.data() + kHeader + (abstract_ ? 1 : 0), text_.data(), size_);
  out.size = kHeader + size_ + 1;
}

ErrnoOr<GivenName> read_name(const SocketAddress& address) {
  if (address.size <= kHeader || address.size > kHeader + kMostName) return fail(Errno::INVAL);
  if (address.family() != kLocal) return fail(Errno::INVAL);
  const auto* const text = reinterpret_cast<const char*>(address.bytes.data()) + kHeader;
  const size_t size = address.size - kHeader;
  if (text[0] == '\0') return GivenName{.text = {text + 1, size - 1}, .abstract = true};
  const std::string_view path(text, size);
  return GivenName{.text = path.substr(0, path.find('\0')), .abstract = false};
}

// --- taking names ---

ErrnoOr<RefPtr<LocalName>> LocalName::take_path(std::string_view path, const Caller& caller,
                                                Nameable& owner) {
  auto name = TRY(to_errno(make_ref<LocalName>(owner, path, false)));
  const fs::NewNode what{.type = fs::FileType::Socket, .mode = 0777 & ~caller.umask};
  const auto make = [&]() -> ErrnoOr<fs::Path> {
    const fs::Parent parent = TRY(fs::walk_to_parent(caller.from, path, 0));
    if (parent.last != fs::Parent::Last::Name) return fail(Errno::EXIST);
    if (parent.trailing_slash) return fail(Errno::NOENT);
    const fs::EntryRules rules{.who = &caller.from.who,
                               .read_only = parent.directory.mount->read_only()};
    auto dentry = TRY(fs::make_entry(*parent.directory.dentry, parent.name(), what, rules));
    return fs::Path(parent.directory.mount, std::move(dentry));
  };
  ErrnoOr<fs::Path> place = make();
  if (!place) return fail(place.error() == Errno::EXIST ? Errno::ADDRINUSE : place.error());
  name->place_ = *std::move(place);
  LockGuard guard(names_lock);
  table.add(*name);
  return name;
}

ErrnoOr<RefPtr<LocalName>> LocalName::take_abstract(std::string_view text, Nameable& owner) {
  auto name = TRY(to_errno(make_ref<LocalName>(owner, text, true)));
  LockGuard guard(names_lock);
  if (table.find(text, owner.type()) != nullptr) return fail(Errno::ADDRINUSE);
  table.add(*name);
  return name;
}

ErrnoOr<RefPtr<LocalName>> LocalName::take_any(Nameable& owner) {
  static constinit std::atomic<uint32_t> next{0};
  constexpr uint32_t kNames = 1u << 20;
  for (uint32_t tries = 0; tries < kNames; ++tries) {
    const uint32_t number = next.fetch_add(1, std::memory_order_relaxed) % kNames;
    std::array<char, 5> text;
    for (size_t i = 0; i < text.size(); ++i)
      text[i] = "0123456789abcdef"[number >> (16 - 4 * i) & 15];
    auto name = take_abstract({text.data(), text.size()}, owner);
    if (name || name.error() != Errno::ADDRINUSE) return name;
  }
  return fail(Errno::NOSPC);
}

// --- finding sockets ---

namespace {

ErrnoOr<RefPtr<KernelObject>> find_path(std::string_view path, SocketType type,
                                        const Caller& caller) {
  const fs::Path place = TRY(fs::walk(caller.from, path, fs::walk_flags::kFollow));
  TRY(fs::check_access(place, caller.from.who, fs::access::kWrite));
  if (place.node().type() != fs::FileType::Socket) return fail(Errno::CONNREFUSED);
  LockGuard guard(names_lock);
  return NameTable::end_of(table.find(place.node()), type);
}

}  // namespace

ErrnoOr<RefPtr<KernelObject>> find(const SocketAddress& address, SocketType type,
                                   const Caller& caller) {
  const GivenName name = TRY(read_name(address));
  if (!name.abstract) return find_path(name.text, type, caller);
  LockGuard guard(names_lock);
  return NameTable::end_of(table.find(name.text, type), type);
}

}  // namespace jacinth::net::local
