// FIFOs: elements of one size.
#include <zircon/syscalls/ipc.h>

#include "support.h"

namespace core {
namespace {

using Element = uint64_t;

zx_status_t write_some(const Handle& fifo, size_t count, size_t* actual) {
  Element elements[64] = {};
  for (size_t i = 0; i < count; ++i) elements[i] = i + 1;
  return zx_fifo_write(fifo.get(), sizeof(Element), elements, count, actual);
}

zx_status_t read_one(const Handle& fifo, Element* element) {
  return zx_fifo_read(fifo.get(), sizeof(Element), element, 1, nullptr);
}

zx_status_t create(size_t count, size_t size, uint32_t options = 0) {
  Handle a;
  Handle b;
  return zx_fifo_create(count, size, options, a.out(), b.out());
}

TEST(fifos, geometry) {
  EXPECT_OK(create(1, 1));
  EXPECT_OK(create(1, ZX_FIFO_MAX_SIZE_BYTES));
  EXPECT_OK(create(ZX_FIFO_MAX_SIZE_BYTES, 1));
  EXPECT_STATUS(create(0, 8), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(create(8, 0), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(create(3, 8), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(create(128, 33), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(create(size_t{1} << 62, 4), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(create(1, size_t{1} << 63), ZX_ERR_OUT_OF_RANGE);
}

TEST(fifos, the_geometry_is_checked_before_the_options) {
  EXPECT_STATUS(create(0, 8, 1), ZX_ERR_OUT_OF_RANGE);
}

TEST(fifos, carry_elements_in_order_both_ways) {
  const Pair fifo = make_fifo(8, sizeof(Element));
  EXPECT_EQ(signals_of(fifo.a), ZX_FIFO_WRITABLE);
  size_t actual = 0;
  EXPECT_OK(write_some(fifo.a, 3, &actual));
  EXPECT_EQ(actual, 3);
  EXPECT_EQ(signals_of(fifo.b), ZX_FIFO_WRITABLE | ZX_FIFO_READABLE);
  EXPECT_OK(write_some(fifo.b, 1, nullptr));
  for (Element i = 1; i <= 3; ++i) {
    Element got = 0;
    EXPECT_OK(read_one(fifo.b, &got));
    EXPECT_EQ(got, i);
  }
  EXPECT_EQ(signals_of(fifo.b), ZX_FIFO_WRITABLE);
  Element got = 0;
  EXPECT_STATUS(read_one(fifo.b, &got), ZX_ERR_SHOULD_WAIT);
  EXPECT_OK(read_one(fifo.a, &got));
}

TEST(fifos, fill_up) {
  const Pair fifo = make_fifo(4, sizeof(Element));
  size_t actual = 0;
  EXPECT_OK(write_some(fifo.a, 6, &actual));
  EXPECT_EQ(actual, 4);
  EXPECT_EQ(signals_of(fifo.a), ZX_SIGNAL_NONE);
  EXPECT_STATUS(write_some(fifo.a, 1, &actual), ZX_ERR_SHOULD_WAIT);
  Element got = 0;
  EXPECT_OK(read_one(fifo.b, &got));
  EXPECT_EQ(signals_of(fifo.a), ZX_FIFO_WRITABLE);
}

TEST(fifos, wrap_around) {
  const Pair fifo = make_fifo(4, sizeof(Element));
  Element next = 0;
  Element expected = 0;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 3; ++i, ++next)
      EXPECT_OK(zx_fifo_write(fifo.a.get(), sizeof(next), &next, 1, nullptr));
    Element got[4] = {};
    size_t actual = 0;
    EXPECT_OK(zx_fifo_read(fifo.b.get(), sizeof(Element), got, 4, &actual));
    ASSERT_EQ(actual, 3);
    for (int i = 0; i < 3; ++i, ++expected) EXPECT_EQ(got[i], expected);
  }
}

TEST(fifos, refuse_wrong_sizes) {
  const Pair fifo = make_fifo(4, sizeof(Element));
  Element element = 0;
  EXPECT_STATUS(zx_fifo_write(fifo.a.get(), 4, &element, 1, nullptr), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(zx_fifo_write(fifo.a.get(), sizeof(Element), &element, 0, nullptr),
                ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(zx_fifo_read(fifo.a.get(), 16, &element, 1, nullptr), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(zx_fifo_read(fifo.a.get(), sizeof(Element), &element, 0, nullptr),
                ZX_ERR_OUT_OF_RANGE);
}

TEST(fifos, faults_take_nothing_away) {
  const Pair fifo = make_fifo(4, sizeof(Element));
  EXPECT_STATUS(zx_fifo_write(fifo.a.get(), sizeof(Element), bad_pointer<Element>(), 1, nullptr),
                ZX_ERR_INVALID_ARGS);
  EXPECT_OK(write_some(fifo.a, 1, nullptr));
  EXPECT_STATUS(zx_fifo_read(fifo.b.get(), sizeof(Element), bad_pointer<Element>(), 1, nullptr),
                ZX_ERR_INVALID_ARGS);
  Element got = 0;
  EXPECT_OK(read_one(fifo.b, &got));
  EXPECT_EQ(got, 1);
}

TEST(fifos, elements_outlive_the_writer) {
  Pair fifo = make_fifo(4, sizeof(Element));
  EXPECT_OK(write_some(fifo.a, 2, nullptr));
  fifo.a.reset();
  EXPECT_EQ(signals_of(fifo.b), ZX_FIFO_READABLE | ZX_FIFO_PEER_CLOSED);
  EXPECT_STATUS(write_some(fifo.b, 1, nullptr), ZX_ERR_PEER_CLOSED);
  Element got = 0;
  EXPECT_OK(read_one(fifo.b, &got));
  EXPECT_OK(read_one(fifo.b, &got));
  EXPECT_STATUS(read_one(fifo.b, &got), ZX_ERR_PEER_CLOSED);
}

TEST(fifos, need_rights_and_the_right_type) {
  const Pair fifo = make_fifo(4, sizeof(Element));
  Element got = 0;
  EXPECT_STATUS(read_one(without(fifo.a, ZX_RIGHT_READ), &got), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(write_some(without(fifo.a, ZX_RIGHT_WRITE), 1, nullptr), ZX_ERR_ACCESS_DENIED);
  const Handle event = make_event();
  EXPECT_STATUS(read_one(event, &got), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_fifo_write(kBadHandle, 8, &got, 1, nullptr), ZX_ERR_BAD_HANDLE);
}

}  // namespace
}  // namespace core
