#include "hal/x86_64/real_time_clock.h"

#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {
namespace {

constexpr uint16_t kIndexPort = 0x70, kDataPort = 0x71;
enum Register : uint8_t {
  kSeconds = 0,
  kMinutes = 2,
  kHours = 4,
  kDay = 7,
  kMonth = 8,
  kYear = 9,
  kStatusA = 10,
  kStatusB = 11
};
constexpr uint8_t kUpdating = 0x80;                   // of status A
constexpr uint8_t kBinary = 4, kTwentyFourHours = 2;  // of status B
constexpr uint8_t kAfternoon = 0x80;

uint8_t read(Register which) {
  out8(kIndexPort, which);
  return in8(kDataPort);
}

struct Time {
  uint8_t second, minute, hour, day, month, year;
  bool operator==(const Time&) const = default;
};

Time read_time() {
  while ((read(kStatusA) & kUpdating) != 0) asm volatile("pause");
  return {read(kSeconds), read(kMinutes), read(kHours), read(kDay), read(kMonth), read(kYear)};
}

int64_t from_bcd(uint8_t value) { return (value >> 4) * 10 + (value & 15); }

// Days from 1970-01-01 to a date of the Gregorian calendar; years counted from March, so that a
// leap day is a year's last.
int64_t days_since_epoch(int64_t year, int64_t month, int64_t day) {
  constexpr int64_t kDaysTo1970 = 719468;
  if (month <= 2) --year;
  const int64_t month_from_march = (month + 9) % 12;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - kDaysTo1970;
}

}  // namespace

int64_t read_real_time_clock() {
  // An update between two registers would mix two times.
  Time time = read_time();
  for (Time again = read_time(); again != time; again = read_time()) time = again;
  const uint8_t mode = read(kStatusB);
  auto number = [&](uint8_t value) -> int64_t {
    return (mode & kBinary) != 0 ? value : from_bcd(value);
  };
  int64_t hour = number(time.hour & static_cast<uint8_t>(~kAfternoon));
  if ((mode & kTwentyFourHours) == 0) hour = hour % 12 + ((time.hour & kAfternoon) != 0 ? 12 : 0);
  const int64_t days =
      days_since_epoch(2000 + number(time.year), number(time.month), number(time.day));
  const int64_t seconds =
      ((days * 24 + hour) * 60 + number(time.minute)) * 60 + number(time.second);
  return seconds * 1'000'000'000;
}

}  // namespace jacinth::x86_64
