// Calls that exist to test calling: every number of arguments arrives.
#include "support.h"

namespace core {
namespace {

TEST(test_calls, add_up_their_arguments) {
  EXPECT_EQ(zx_syscall_test_0(), 0);
  EXPECT_EQ(zx_syscall_test_1(1), 1);
  EXPECT_EQ(zx_syscall_test_2(1, 2), 3);
  EXPECT_EQ(zx_syscall_test_3(1, 2, 3), 6);
  EXPECT_EQ(zx_syscall_test_4(1, 2, 3, 4), 10);
  EXPECT_EQ(zx_syscall_test_5(1, 2, 3, 4, 5), 15);
  EXPECT_EQ(zx_syscall_test_6(1, 2, 3, 4, 5, 6), 21);
  EXPECT_EQ(zx_syscall_test_7(1, 2, 3, 4, 5, 6, 7), 28);
  EXPECT_EQ(zx_syscall_test_8(1, 2, 3, 4, 5, 6, 7, 8), 36);
}

TEST(test_calls, tell_their_arguments_apart) {
  EXPECT_EQ(zx_syscall_test_8(1, 10, 100, 1000, 10000, 100000, 1000000, 10000000), 11111111);
  EXPECT_EQ(zx_syscall_test_8(0, 0, 0, 0, 0, 0, 7, 0), 7);
  EXPECT_EQ(zx_syscall_test_8(0, 0, 0, 0, 0, 0, 0, 8), 8);
}

TEST(test_calls, the_wrapper_checks_in_user_mode) {
  EXPECT_EQ(zx_syscall_test_wrapper(1, 2, 3), 6);
  EXPECT_STATUS(zx_syscall_test_wrapper(-1, 2, 3), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_syscall_test_wrapper(10, 20, 30), ZX_ERR_OUT_OF_RANGE);
}

TEST(test_calls, a_handle_is_delivered_only_on_success) {
  Handle event;
  EXPECT_OK(zx_syscall_test_handle_create(ZX_OK, event.out()));
  EXPECT_EQ(basic_info(event.get()).type, ZX_OBJ_TYPE_EVENT);
  zx_handle_t none = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_syscall_test_handle_create(ZX_ERR_UNAVAILABLE, &none), ZX_ERR_UNAVAILABLE);
  EXPECT_EQ(none, ZX_HANDLE_INVALID);
}

}  // namespace
}  // namespace core
