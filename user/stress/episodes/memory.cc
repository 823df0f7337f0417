// VMOs and mappings against simple models of what they must hold.
#include <zircon/syscalls.h>

#include <algorithm>
#include <array>

#include "check.h"
#include "episodes.h"
#include "lib/handle.h"
#include "lib/startup.h"

namespace stress {
namespace {

constexpr size_t kPage = 4096;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;

// A page is one value in all its words; 0 as it was made.
using Value = uint64_t;
using Words = std::array<Value, kPage / sizeof(Value)>;

void write_page(zx_handle_t vmo, size_t page, Value value) {
  Words words;
  words.fill(value);
  expect_ok(zx_vmo_write(vmo, words.data(), page * kPage, kPage), "vmo_write");
}

bool page_holds(const Value* words, Value value) {
  return std::all_of(words, words + kPage / sizeof(Value),
                     [&](Value word) { return word == value; });
}

void check_page(zx_handle_t vmo, size_t page, Value value) {
  Words words;
  expect_ok(zx_vmo_read(vmo, words.data(), page * kPage, kPage), "vmo_read");
  check(page_holds(words.data(), value), "a VMO's contents");
}

// A VMO, and what its pages must hold.
struct Modelled {
  static constexpr size_t kMostPages = 24;
  user::Handle vmo;
  size_t pages = 0;
  std::array<Value, kMostPages> model{};

  void check_all() const {
    for (size_t page = 0; page < pages; ++page) check_page(vmo.get(), page, model[page]);
  }
  void write(size_t page, Value value) {
    write_page(vmo.get(), page, value);
    model[page] = value;
  }
};

void touch_mapped(Modelled& memory, Random& random) {
  zx_vaddr_t at = 0;
  const size_t bytes = memory.pages * kPage;
  expect_ok(zx_vmar_map(user::root_vmar(), kReadWrite, 0, memory.vmo.get(), 0, bytes, &at), "map");
  const size_t page = random.below(memory.pages);
  auto* const words = reinterpret_cast<Value*>(at + page * kPage);
  check(page_holds(words, memory.model[page]), "a mapped page");
  const Value value = random.next();
  std::fill_n(words, kPage / sizeof(Value), value);
  memory.model[page] = value;
  expect_ok(zx_vmar_unmap(user::root_vmar(), at, bytes), "unmap");
}

void change_range(Modelled& memory, Random& random) {
  constexpr uint32_t kOperations[] = {ZX_VMO_OP_COMMIT, ZX_VMO_OP_DECOMMIT, ZX_VMO_OP_ZERO};
  const uint32_t operation = kOperations[random.below(std::size(kOperations))];
  const size_t first = random.below(memory.pages);
  const size_t count = 1 + random.below(memory.pages - first);
  expect_ok(zx_vmo_op_range(memory.vmo.get(), operation, first * kPage, count * kPage, nullptr, 0),
            "op_range");
  if (operation != ZX_VMO_OP_COMMIT) std::fill_n(memory.model.begin() + first, count, Value{0});
}

void resize(Modelled& memory, Random& random) {
  const size_t pages = 1 + random.below(Modelled::kMostPages);
  expect_ok(zx_vmo_set_size(memory.vmo.get(), pages * kPage), "set_size");
  if (pages < memory.pages) std::fill(memory.model.begin() + pages, memory.model.end(), Value{0});
  memory.pages = pages;
}

}  // namespace

void change_memory(Worker&, Random& random) {
  Modelled memory;
  memory.pages = 1 + random.below(Modelled::kMostPages);
  expect_ok(zx_vmo_create(memory.pages * kPage, ZX_VMO_RESIZABLE, memory.vmo.out()), "vmo");
  for (uint64_t left = random.below(30); left != 0; --left) {
    switch (random.below(5)) {
      case 0:
        memory.write(random.below(memory.pages), random.next());
        break;
      case 1: {
        const size_t page = random.below(memory.pages);
        check_page(memory.vmo.get(), page, memory.model[page]);
        break;
      }
      case 2:
        touch_mapped(memory, random);
        break;
      case 3:
        change_range(memory, random);
        break;
      default:
        resize(memory, random);
        break;
    }
  }
  memory.check_all();
}

// A family: children are made of any member, written, and closed in any order.
void snapshot_memory(Worker&, Random& random) {
  constexpr size_t kMembers = 5;
  const size_t pages = 1 + random.below(Modelled::kMostPages);
  Modelled family[kMembers];
  expect_ok(zx_vmo_create(pages * kPage, 0, family[0].vmo.out()), "vmo");
  family[0].pages = pages;
  for (uint64_t left = random.below(40); left != 0; --left) {
    Modelled& one = family[random.below(kMembers)];
    Modelled& other = family[random.below(kMembers)];
    if (!one.vmo) continue;
    if (!other.vmo) {
      expect_ok(zx_vmo_create_child(one.vmo.get(), ZX_VMO_CHILD_SNAPSHOT, 0, pages * kPage,
                                    other.vmo.out()),
                "snapshot");
      other.pages = pages;
      other.model = one.model;
    } else if (&one != &other && random.chance(15)) {
      other.vmo.reset();
    } else {
      one.write(random.below(pages), random.next());
    }
    if (random.chance(20)) one.check_all();
  }
  for (const Modelled& member : family) {
    if (member.vmo) member.check_all();
  }
}

// Mappings of one VMO at random places of a region, over one another, with holes.
void map_regions(Worker&, Random& random) {
  constexpr size_t kRegion = 48, kSource = 16;
  user::Handle vmo, vmar;
  zx_vaddr_t base = 0;
  expect_ok(zx_vmo_create(kSource * kPage, 0, vmo.out()), "vmo");
  for (size_t page = 0; page < kSource; ++page) write_page(vmo.get(), page, page + 1);
  expect_ok(zx_vmar_allocate(user::root_vmar(),
                             ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                             kRegion * kPage, vmar.out(), &base),
            "vmar");
  std::array<size_t, kRegion> model{};  // the source's page, from 1; 0: nothing
  for (uint64_t left = random.below(40); left != 0; --left) {
    const size_t first = random.below(kRegion);
    const size_t count = 1 + random.below(std::min(kRegion - first, kSource));
    switch (random.below(3)) {
      case 0: {
        const size_t from = random.below(kSource - count + 1);
        zx_vaddr_t at = 0;
        expect_ok(zx_vmar_map(vmar.get(), ZX_VM_PERM_READ | ZX_VM_SPECIFIC_OVERWRITE, first * kPage,
                              vmo.get(), from * kPage, count * kPage, &at),
                  "map over");
        for (size_t i = 0; i < count; ++i) model[first + i] = from + i + 1;
        break;
      }
      case 1:
        expect_ok(zx_vmar_unmap(vmar.get(), base + first * kPage, count * kPage), "unmap some");
        std::fill_n(model.begin() + first, count, size_t{0});
        break;
      default: {
        const bool whole = std::all_of(&model[first], &model[first] + count,
                                       [](size_t page) { return page != 0; });
        const zx_vm_option_t access = random.chance(50) ? kReadWrite : ZX_VM_PERM_READ;
        const zx_status_t status =
            zx_vmar_protect(vmar.get(), access, base + first * kPage, count * kPage);
        check(status == (whole ? ZX_OK : ZX_ERR_NOT_FOUND), "protect");
        break;
      }
    }
    for (size_t page = 0; page < kRegion; page += 1 + random.below(8)) {
      if (model[page] == 0) continue;
      check(*reinterpret_cast<const volatile Value*>(base + page * kPage) == model[page],
            "what a mapping shows");
    }
  }
  expect_ok(zx_vmar_destroy(vmar.get()), "vmar_destroy");
}

}  // namespace stress
