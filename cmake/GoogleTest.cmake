# GoogleTest, built from Debian's sources (package googletest) exactly as the code under test is:
# with libc++, without exceptions and RTTI.
#
#   jacinth_gtest        with AddressSanitizer and UBSan, for tests linked with the sim build
#   jacinth_gtest_fast   without, for tests linked with the sim_fast build
#
# Both bring gtest, gmock and their main().
set(JACINTH_GOOGLETEST_DIR /usr/src/googletest)
if(NOT EXISTS ${JACINTH_GOOGLETEST_DIR}/googlemock/src/gmock-all.cc)
  message(FATAL_ERROR "GoogleTest's sources are missing: run ./scripts/setup")
endif()

function(jacinth_add_googletest target machine)
  add_library(${target} STATIC EXCLUDE_FROM_ALL
    ${JACINTH_GOOGLETEST_DIR}/googletest/src/gtest-all.cc
    ${JACINTH_GOOGLETEST_DIR}/googlemock/src/gmock-all.cc
    ${JACINTH_GOOGLETEST_DIR}/googlemock/src/gmock_main.cc)
  target_compile_options(${target} PRIVATE ${JACINTH_${machine}_FLAGS})
  target_include_directories(${target} PRIVATE
    ${JACINTH_GOOGLETEST_DIR}/googletest ${JACINTH_GOOGLETEST_DIR}/googlemock)
  target_include_directories(${target} SYSTEM PUBLIC
    ${JACINTH_GOOGLETEST_DIR}/googletest/include ${JACINTH_GOOGLETEST_DIR}/googlemock/include)
  target_link_options(${target} PUBLIC -fuse-ld=lld -stdlib=libc++)
  if(machine STREQUAL "sim")
    target_link_options(${target} PUBLIC ${JACINTH_SANITIZE})
  endif()
endfunction()

jacinth_add_googletest(jacinth_gtest sim)
jacinth_add_googletest(jacinth_gtest_fast sim_fast)
