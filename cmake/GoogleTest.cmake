# GoogleTest, built from Debian's sources (package googletest) exactly as the code under test is:
# with libc++ and sanitizers, without exceptions and RTTI. jacinth_gtest brings gtest, gmock and their main().
set(JACINTH_GOOGLETEST_DIR /usr/src/googletest)
if(NOT EXISTS ${JACINTH_GOOGLETEST_DIR}/googlemock/src/gmock-all.cc)
  message(FATAL_ERROR "GoogleTest's sources are missing: run ./scripts/setup")
endif()

add_library(jacinth_gtest STATIC EXCLUDE_FROM_ALL
  ${JACINTH_GOOGLETEST_DIR}/googletest/src/gtest-all.cc
  ${JACINTH_GOOGLETEST_DIR}/googlemock/src/gmock-all.cc
  ${JACINTH_GOOGLETEST_DIR}/googlemock/src/gmock_main.cc)
target_compile_options(jacinth_gtest PRIVATE ${JACINTH_sim_FLAGS})
target_include_directories(jacinth_gtest PRIVATE
  ${JACINTH_GOOGLETEST_DIR}/googletest ${JACINTH_GOOGLETEST_DIR}/googlemock)
target_include_directories(jacinth_gtest SYSTEM PUBLIC
  ${JACINTH_GOOGLETEST_DIR}/googletest/include ${JACINTH_GOOGLETEST_DIR}/googlemock/include)
target_link_options(jacinth_gtest PUBLIC -fuse-ld=lld -stdlib=libc++ ${JACINTH_SANITIZE})
