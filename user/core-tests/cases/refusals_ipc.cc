// What calls on channels, sockets, fifos, events, ports, timers, clocks, futexes and streams
// refuse: one thing at a time.
#include <zircon/syscalls/channel.h>
#include <zircon/syscalls/clock.h>
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/port.h>

#include "refusal.h"

namespace core {
namespace {

Handle any_other() { return make_job(); }

char buffer[64];
zx_handle_t no_handles[1] = {};

Handle make_clock(uint64_t options = 0) {
  Handle clock;
  EXPECT_OK(zx_clock_create(options, nullptr, clock.out()));
  return clock;
}

Handle make_stream() {
  Handle stream;
  EXPECT_OK(zx_stream_create(ZX_STREAM_MODE_READ | ZX_STREAM_MODE_WRITE, make_vmo(4096).get(), 0,
                             stream.out()));
  return stream;
}

Handle channel_end() { return std::move(make_channel().a); }
Handle socket_end(uint32_t options = ZX_SOCKET_STREAM) { return std::move(make_socket(options).a); }
Handle fifo_end() { return std::move(make_fifo(4, 4).a); }
Handle eventpair_end() { return std::move(make_eventpair().a); }

const zx_iovec_t kVector{buffer, sizeof(buffer)};
const zx_port_packet_t kPacket{};

zx_status_t call_channel(zx_handle_t channel, uint32_t options, uint32_t bytes) {
  zx_channel_call_args_t args{};
  args.wr_bytes = buffer;
  args.wr_num_bytes = bytes;
  uint32_t actual_bytes = 0;
  uint32_t actual_handles = 0;
  return zx_channel_call(channel, options, 0, &args, &actual_bytes, &actual_handles);
}

// --- Channels
// -------------------------------------------------------------------------------------

REFUSES_HANDLES(refuse_channels, read,
                zx_channel_read(it, 0, buffer, nullptr, 8, 0, nullptr, nullptr))
REFUSES_HANDLES(refuse_channels, read_etc,
                zx_channel_read_etc(it, 0, buffer, nullptr, 8, 0, nullptr, nullptr))
REFUSES_HANDLES(refuse_channels, write, zx_channel_write(it, 0, "x", 1, nullptr, 0))
REFUSES_HANDLES(refuse_channels, write_etc, zx_channel_write_etc(it, 0, "x", 1, nullptr, 0))
REFUSES_HANDLES(refuse_channels, call, call_channel(it, 0, 4))
NEEDS(refuse_channels, read_needs_to_read, ZX_RIGHT_READ, channel_end(),
      zx_channel_read(it, 0, buffer, nullptr, 8, 0, nullptr, nullptr))
NEEDS(refuse_channels, read_etc_needs_to_read, ZX_RIGHT_READ, channel_end(),
      zx_channel_read_etc(it, 0, buffer, nullptr, 8, 0, nullptr, nullptr))
NEEDS(refuse_channels, write_needs_to_write, ZX_RIGHT_WRITE, channel_end(),
      zx_channel_write(it, 0, "x", 1, nullptr, 0))
NEEDS(refuse_channels, write_etc_needs_to_write, ZX_RIGHT_WRITE, channel_end(),
      zx_channel_write_etc(it, 0, "x", 1, nullptr, 0))
NEEDS(refuse_channels, call_needs_to_read, ZX_RIGHT_READ, channel_end(), call_channel(it, 0, 4))
NEEDS(refuse_channels, call_needs_to_write, ZX_RIGHT_WRITE, channel_end(), call_channel(it, 0, 4))
REFUSAL(refuse_channels, read_knows_its_options, ZX_ERR_NOT_SUPPORTED,
        zx_channel_read(channel_end().get(), 2, buffer, nullptr, 8, 0, nullptr, nullptr))
REFUSAL(refuse_channels, read_etc_knows_its_options, ZX_ERR_NOT_SUPPORTED,
        zx_channel_read_etc(channel_end().get(), 2, buffer, nullptr, 8, 0, nullptr, nullptr))
REFUSAL(refuse_channels, write_has_no_options, ZX_ERR_INVALID_ARGS,
        zx_channel_write(channel_end().get(), 1, "x", 1, nullptr, 0))
REFUSAL(refuse_channels, write_etc_has_no_options, ZX_ERR_INVALID_ARGS,
        zx_channel_write_etc(channel_end().get(), 1, "x", 1, nullptr, 0))
REFUSAL(refuse_channels, write_etc_has_no_vectors, ZX_ERR_INVALID_ARGS,
        zx_channel_write_etc(channel_end().get(), 2, "x", 1, nullptr, 0))
REFUSAL(refuse_channels, write_reads_its_bytes, ZX_ERR_INVALID_ARGS,
        zx_channel_write(make_channel().a.get(), 0, bad_pointer<char>(), 1, nullptr, 0))
REFUSAL(refuse_channels, write_reads_its_handles, ZX_ERR_INVALID_ARGS,
        zx_channel_write(make_channel().a.get(), 0, "x", 1, bad_pointer<zx_handle_t>(), 1))
REFUSAL(refuse_channels, write_limits_bytes, ZX_ERR_OUT_OF_RANGE,
        zx_channel_write(make_channel().a.get(), 0, buffer, ZX_CHANNEL_MAX_MSG_BYTES + 1, nullptr,
                         0))
REFUSAL(refuse_channels, write_sends_valid_handles, ZX_ERR_BAD_HANDLE,
        zx_channel_write(make_channel().a.get(), 0, "x", 1, no_handles, 1))
REFUSAL(refuse_channels, write_needs_a_peer, ZX_ERR_PEER_CLOSED,
        zx_channel_write(channel_end().get(), 0, "x", 1, nullptr, 0))
REFUSAL(refuse_channels, read_needs_a_peer, ZX_ERR_PEER_CLOSED,
        zx_channel_read(channel_end().get(), 0, buffer, nullptr, 8, 0, nullptr, nullptr))
REFUSAL(refuse_channels, call_has_no_options, ZX_ERR_INVALID_ARGS,
        call_channel(make_channel().a.get(), 1, 4))
REFUSAL(refuse_channels, call_sends_a_transaction_id, ZX_ERR_INVALID_ARGS,
        call_channel(make_channel().a.get(), 0, 3))
REFUSAL(refuse_channels, call_needs_a_peer, ZX_ERR_PEER_CLOSED,
        call_channel(channel_end().get(), 0, 4))
REFUSAL(refuse_channels, create_has_no_options, ZX_ERR_INVALID_ARGS, [] {
  Pair ends;
  return zx_channel_create(1, ends.a.out(), ends.b.out());
}())

// --- Sockets
// --------------------------------------------------------------------------------------

REFUSES_HANDLES(refuse_sockets, read, zx_socket_read(it, 0, buffer, 8, nullptr))
REFUSES_HANDLES(refuse_sockets, write, zx_socket_write(it, 0, "x", 1, nullptr))
REFUSES_HANDLES(refuse_sockets, shutdown, zx_socket_shutdown(it, 0))
NEEDS(refuse_sockets, read_needs_to_read, ZX_RIGHT_READ, socket_end(),
      zx_socket_read(it, 0, buffer, 8, nullptr))
NEEDS(refuse_sockets, write_needs_to_write, ZX_RIGHT_WRITE, socket_end(),
      zx_socket_write(it, 0, "x", 1, nullptr))
NEEDS(refuse_sockets, shutdown_needs_to_write, ZX_RIGHT_WRITE, socket_end(),
      zx_socket_shutdown(it, 0))
REFUSAL(refuse_sockets, read_knows_its_options, ZX_ERR_INVALID_ARGS,
        zx_socket_read(socket_end().get(), 1, buffer, 8, nullptr))
REFUSAL(refuse_sockets, write_has_no_options, ZX_ERR_INVALID_ARGS,
        zx_socket_write(socket_end().get(), 1, "x", 1, nullptr))
REFUSAL(refuse_sockets, shutdown_knows_its_options, ZX_ERR_INVALID_ARGS,
        zx_socket_shutdown(socket_end().get(), 4))
REFUSAL(refuse_sockets, read_wants_a_buffer, ZX_ERR_INVALID_ARGS,
        zx_socket_read(make_socket(ZX_SOCKET_STREAM).a.get(), 0, nullptr, 8, nullptr))
REFUSAL(refuse_sockets, write_wants_a_buffer, ZX_ERR_INVALID_ARGS,
        zx_socket_write(make_socket(ZX_SOCKET_STREAM).a.get(), 0, nullptr, 8, nullptr))
REFUSAL(refuse_sockets, write_reads_its_buffer, ZX_ERR_INVALID_ARGS,
        zx_socket_write(make_socket(ZX_SOCKET_STREAM).a.get(), 0, bad_pointer<char>(), 8, nullptr))
REFUSAL(refuse_sockets, write_needs_a_peer, ZX_ERR_PEER_CLOSED,
        zx_socket_write(socket_end().get(), 0, "x", 1, nullptr))
REFUSAL(refuse_sockets, read_needs_a_peer, ZX_ERR_PEER_CLOSED,
        zx_socket_read(socket_end().get(), 0, buffer, 8, nullptr))
REFUSAL(refuse_sockets, read_waits_for_bytes, ZX_ERR_SHOULD_WAIT,
        zx_socket_read(make_socket(ZX_SOCKET_STREAM).a.get(), 0, buffer, 8, nullptr))
REFUSAL(refuse_sockets, empty_datagrams_are_none, ZX_ERR_SHOULD_WAIT,
        zx_socket_read(make_socket(ZX_SOCKET_DATAGRAM).a.get(), 0, buffer, 8, nullptr))
REFUSAL(refuse_sockets, create_knows_its_options, ZX_ERR_INVALID_ARGS, [] {
  Pair ends;
  return zx_socket_create(1u << 31, ends.a.out(), ends.b.out());
}())

// --- Fifos
// ----------------------------------------------------------------------------------------

zx_status_t create_fifo(size_t elements, size_t bytes) {
  Pair ends;
  return zx_fifo_create(elements, bytes, 0, ends.a.out(), ends.b.out());
}

REFUSES_HANDLES(refuse_fifos, read, zx_fifo_read(it, 4, buffer, 1, nullptr))
REFUSES_HANDLES(refuse_fifos, write, zx_fifo_write(it, 4, buffer, 1, nullptr))
NEEDS(refuse_fifos, read_needs_to_read, ZX_RIGHT_READ, fifo_end(),
      zx_fifo_read(it, 4, buffer, 1, nullptr))
NEEDS(refuse_fifos, write_needs_to_write, ZX_RIGHT_WRITE, fifo_end(),
      zx_fifo_write(it, 4, buffer, 1, nullptr))
REFUSAL(refuse_fifos, no_elements, ZX_ERR_OUT_OF_RANGE, create_fifo(0, 4))
REFUSAL(refuse_fifos, no_bytes, ZX_ERR_OUT_OF_RANGE, create_fifo(4, 0))
REFUSAL(refuse_fifos, three_elements, ZX_ERR_OUT_OF_RANGE, create_fifo(3, 4))
REFUSAL(refuse_fifos, more_than_a_page, ZX_ERR_OUT_OF_RANGE, create_fifo(1024, 8))
REFUSAL(refuse_fifos, one_huge_element, ZX_ERR_OUT_OF_RANGE, create_fifo(1, 4097))
REFUSAL(refuse_fifos, a_size_that_overflows, ZX_ERR_OUT_OF_RANGE, create_fifo(size_t{1} << 62, 8))
REFUSAL(refuse_fifos, read_of_another_size, ZX_ERR_OUT_OF_RANGE,
        zx_fifo_read(make_fifo(4, 4).a.get(), 8, buffer, 1, nullptr))
REFUSAL(refuse_fifos, write_of_another_size, ZX_ERR_OUT_OF_RANGE,
        zx_fifo_write(make_fifo(4, 4).a.get(), 8, buffer, 1, nullptr))
REFUSAL(refuse_fifos, read_of_nothing, ZX_ERR_OUT_OF_RANGE,
        zx_fifo_read(make_fifo(4, 4).a.get(), 4, buffer, 0, nullptr))
REFUSAL(refuse_fifos, write_of_nothing, ZX_ERR_OUT_OF_RANGE,
        zx_fifo_write(make_fifo(4, 4).a.get(), 4, buffer, 0, nullptr))
REFUSAL(refuse_fifos, read_when_empty, ZX_ERR_SHOULD_WAIT,
        zx_fifo_read(make_fifo(4, 4).a.get(), 4, buffer, 1, nullptr))
REFUSAL(refuse_fifos, read_without_a_peer, ZX_ERR_PEER_CLOSED,
        zx_fifo_read(fifo_end().get(), 4, buffer, 1, nullptr))
REFUSAL(refuse_fifos, write_without_a_peer, ZX_ERR_PEER_CLOSED,
        zx_fifo_write(fifo_end().get(), 4, buffer, 1, nullptr))
REFUSAL(refuse_fifos, write_from_nowhere, ZX_ERR_INVALID_ARGS,
        zx_fifo_write(make_fifo(4, 4).a.get(), 4, bad_pointer<char>(), 1, nullptr))

// --- Events, signals, waits
// -----------------------------------------------------------------------

REFUSAL(refuse_events, create_has_no_options, ZX_ERR_INVALID_ARGS, [] {
  Handle event;
  return zx_event_create(1, event.out());
}())
REFUSAL(refuse_events, pairs_have_no_options, ZX_ERR_NOT_SUPPORTED, [] {
  Pair ends;
  return zx_eventpair_create(1, ends.a.out(), ends.b.out());
}())
REFUSAL(refuse_events, create_wants_somewhere, ZX_ERR_INVALID_ARGS,
        zx_event_create(0, bad_pointer<zx_handle_t>()))
REFUSAL(refuse_events, signal_of_no_handle, ZX_ERR_BAD_HANDLE,
        zx_object_signal(kBadHandle, 0, ZX_USER_SIGNAL_0))
REFUSAL(refuse_events, signal_peer_of_no_handle, ZX_ERR_BAD_HANDLE,
        zx_object_signal_peer(kBadHandle, 0, ZX_USER_SIGNAL_0))
REFUSAL(refuse_events, signal_of_kernel_bits, ZX_ERR_INVALID_ARGS,
        zx_object_signal(make_event().get(), 0, 1u << 4))
REFUSAL(refuse_events, clearing_kernel_bits, ZX_ERR_INVALID_ARGS,
        zx_object_signal(make_event().get(), 1u << 4, 0))
REFUSAL(refuse_events, signal_of_a_channels_bits, ZX_ERR_INVALID_ARGS,
        zx_object_signal(make_channel().a.get(), 0, ZX_CHANNEL_READABLE))
REFUSAL(refuse_events, signalled_is_not_a_timers_to_set, ZX_ERR_INVALID_ARGS,
        zx_object_signal(make_timer().get(), 0, ZX_TIMER_SIGNALED))
REFUSAL(refuse_events, peers_that_have_gone, ZX_ERR_PEER_CLOSED,
        zx_object_signal_peer(eventpair_end().get(), 0, ZX_USER_SIGNAL_0))
REFUSAL(refuse_events, kernel_bits_of_peers, ZX_ERR_INVALID_ARGS,
        zx_object_signal_peer(make_eventpair().a.get(), 0, 1u << 5))
NEEDS(refuse_events, signal_needs_its_right, ZX_RIGHT_SIGNAL, make_event(),
      zx_object_signal(it, 0, ZX_USER_SIGNAL_0))
NEEDS(refuse_events, signal_peer_needs_its_right, ZX_RIGHT_SIGNAL_PEER, eventpair_end(),
      zx_object_signal_peer(it, 0, ZX_USER_SIGNAL_0))
NEEDS(refuse_events, wait_needs_its_right, ZX_RIGHT_WAIT, make_event(),
      zx_object_wait_one(it, ZX_EVENT_SIGNALED, 0, nullptr))
NEEDS(refuse_events, wait_async_needs_its_right, ZX_RIGHT_WAIT, make_event(),
      zx_object_wait_async(it, make_port().get(), 0, ZX_EVENT_SIGNALED, 0))
REFUSAL(refuse_events, wait_for_no_handle, ZX_ERR_BAD_HANDLE,
        zx_object_wait_one(kBadHandle, 1, 0, nullptr))
REFUSAL(refuse_events, wait_that_takes_too_long, ZX_ERR_TIMED_OUT,
        zx_object_wait_one(make_event().get(), ZX_EVENT_SIGNALED, 0, nullptr))
REFUSAL(refuse_events, wait_whose_state_goes_nowhere, ZX_ERR_INVALID_ARGS,
        zx_object_wait_one(make_event().get(), ZX_EVENT_SIGNALED, 0, bad_pointer<zx_signals_t>()))
REFUSAL(refuse_events, wait_for_items_that_are_not_there, ZX_ERR_INVALID_ARGS,
        zx_object_wait_many(bad_pointer<zx_wait_item_t>(), 1, 0))
REFUSAL(refuse_events, wait_for_nothing_ends_with_time, ZX_ERR_TIMED_OUT,
        zx_object_wait_many(nullptr, 0, 0))

// --- Ports
// ----------------------------------------------------------------------------------------

REFUSES_HANDLES(refuse_ports, queue, zx_port_queue(it, &kPacket))
REFUSES_HANDLES(refuse_ports, wait, zx_port_wait(it, 0, nullptr))
REFUSES_HANDLES(refuse_ports, cancel, zx_port_cancel(it, make_event().get(), 0))
REFUSES_HANDLES(refuse_ports, wait_async,
                zx_object_wait_async(make_event().get(), it, 0, ZX_EVENT_SIGNALED, 0))
NEEDS(refuse_ports, queue_needs_to_write, ZX_RIGHT_WRITE, make_port(), zx_port_queue(it, &kPacket))
NEEDS(refuse_ports, wait_needs_to_read, ZX_RIGHT_READ, make_port(), zx_port_wait(it, 0, nullptr))
NEEDS(refuse_ports, cancel_needs_to_write, ZX_RIGHT_WRITE, make_port(),
      zx_port_cancel(it, make_event().get(), 0))
NEEDS(refuse_ports, cancel_needs_to_wait, ZX_RIGHT_WAIT, make_event(),
      zx_port_cancel(make_port().get(), it, 0))
NEEDS(refuse_ports, wait_async_needs_to_write, ZX_RIGHT_WRITE, make_port(),
      zx_object_wait_async(make_event().get(), it, 0, ZX_EVENT_SIGNALED, 0))
REFUSAL(refuse_ports, create_knows_its_options, ZX_ERR_INVALID_ARGS, [] {
  Handle port;
  return zx_port_create(2, port.out());
}())
REFUSAL(refuse_ports, queue_reads_its_packet, ZX_ERR_INVALID_ARGS,
        zx_port_queue(make_port().get(), bad_pointer<zx_port_packet_t>()))
REFUSAL(refuse_ports, wait_in_vain, ZX_ERR_TIMED_OUT, zx_port_wait(make_port().get(), 0, nullptr))
REFUSAL(refuse_ports, cancel_of_nothing, ZX_ERR_NOT_FOUND,
        zx_port_cancel(make_port().get(), make_event().get(), 0))
REFUSAL(refuse_ports, cancel_of_no_handle, ZX_ERR_BAD_HANDLE,
        zx_port_cancel(make_port().get(), kBadHandle, 0))
REFUSAL(refuse_ports, wait_async_knows_its_options, ZX_ERR_INVALID_ARGS,
        zx_object_wait_async(make_event().get(), make_port().get(), 0, 1, 1u << 31))
REFUSAL(refuse_ports, wait_async_of_no_handle, ZX_ERR_BAD_HANDLE,
        zx_object_wait_async(kBadHandle, make_port().get(), 0, 1, 0))

// --- Timers, clocks
// -------------------------------------------------------------------------------

zx_status_t create_clock(uint64_t options, const void* args) {
  Handle clock;
  return zx_clock_create(options, args, clock.out());
}
zx_status_t update_clock(zx_handle_t clock, uint64_t flags, zx_time_t value, int32_t rate = 0) {
  zx_clock_update_args_v1_t args{};
  args.value = value;
  args.rate_adjust = rate;
  return zx_clock_update(clock, uint64_t{1} << 58 | flags, &args);
}
zx_clock_details_v1_t details;
zx_time_t when;

REFUSES_HANDLES(refuse_timers, set, zx_timer_set(it, 0, 0))
REFUSES_HANDLES(refuse_timers, cancel, zx_timer_cancel(it))
NEEDS(refuse_timers, set_needs_to_write, ZX_RIGHT_WRITE, make_timer(), zx_timer_set(it, 0, 0))
NEEDS(refuse_timers, cancel_needs_to_write, ZX_RIGHT_WRITE, make_timer(), zx_timer_cancel(it))
REFUSAL(refuse_timers, negative_slack, ZX_ERR_OUT_OF_RANGE, zx_timer_set(make_timer().get(), 0, -1))
REFUSAL(refuse_timers, other_clocks, ZX_ERR_INVALID_ARGS, [] {
  Handle timer;
  return zx_timer_create(0, ZX_CLOCK_UTC, timer.out());
}())
REFUSAL(refuse_timers, unknown_slack, ZX_ERR_INVALID_ARGS, [] {
  Handle timer;
  return zx_timer_create(3, ZX_CLOCK_MONOTONIC, timer.out());
}())
REFUSES_HANDLES(refuse_clocks, read, zx_clock_read(it, &when))
REFUSES_HANDLES(refuse_clocks, details, zx_clock_get_details(it, uint64_t{1} << 58, &details))
REFUSES_HANDLES(refuse_clocks, update, update_clock(it, 1, 5))
NEEDS(refuse_clocks, read_needs_to_read, ZX_RIGHT_READ, make_clock(), zx_clock_read(it, &when))
NEEDS(refuse_clocks, details_need_to_read, ZX_RIGHT_READ, make_clock(),
      zx_clock_get_details(it, uint64_t{1} << 58, &details))
NEEDS(refuse_clocks, update_needs_to_write, ZX_RIGHT_WRITE, make_clock(), update_clock(it, 1, 5))
REFUSAL(refuse_clocks, unknown_options, ZX_ERR_INVALID_ARGS, create_clock(1u << 9, nullptr))
REFUSAL(refuse_clocks, continuous_but_not_monotonic, ZX_ERR_INVALID_ARGS,
        create_clock(ZX_CLOCK_OPT_CONTINUOUS, nullptr))
REFUSAL(refuse_clocks, arguments_without_a_version, ZX_ERR_INVALID_ARGS, create_clock(0, buffer))
REFUSAL(refuse_clocks, a_version_without_arguments, ZX_ERR_INVALID_ARGS,
        create_clock(uint64_t{1} << 58, nullptr))
REFUSAL(refuse_clocks, an_unknown_version, ZX_ERR_INVALID_ARGS,
        create_clock(uint64_t{2} << 58, buffer))
REFUSAL(refuse_clocks, arguments_that_are_not_there, ZX_ERR_INVALID_ARGS,
        create_clock(uint64_t{1} << 58, bad_pointer<char>()))
REFUSAL(refuse_clocks, details_without_a_version, ZX_ERR_INVALID_ARGS,
        zx_clock_get_details(make_clock().get(), 0, &details))
REFUSAL(refuse_clocks, details_of_another_version, ZX_ERR_INVALID_ARGS,
        zx_clock_get_details(make_clock().get(), uint64_t{2} << 58, &details))
REFUSAL(refuse_clocks, details_that_go_nowhere, ZX_ERR_INVALID_ARGS,
        zx_clock_get_details(make_clock().get(), uint64_t{1} << 58, bad_pointer<char>()))
REFUSAL(refuse_clocks, time_that_goes_nowhere, ZX_ERR_INVALID_ARGS,
        zx_clock_read(make_clock().get(), bad_pointer<zx_time_t>()))
REFUSAL(refuse_clocks, update_of_nothing, ZX_ERR_INVALID_ARGS,
        update_clock(make_clock().get(), 0, 0))
REFUSAL(refuse_clocks, update_of_something_unknown, ZX_ERR_INVALID_ARGS,
        update_clock(make_clock().get(), 1 | 1u << 5, 0))
REFUSAL(refuse_clocks, first_update_without_a_value, ZX_ERR_BAD_STATE,
        update_clock(make_clock().get(), 2, 0))
REFUSAL(refuse_clocks, too_fast, ZX_ERR_INVALID_ARGS,
        update_clock(make_clock().get(), 1 | 2, 5, 1001))
REFUSAL(refuse_clocks, too_slow, ZX_ERR_INVALID_ARGS,
        update_clock(make_clock().get(), 1 | 2, 5, -1001))
REFUSAL(refuse_clocks, update_that_is_not_there, ZX_ERR_INVALID_ARGS,
        zx_clock_update(make_clock().get(), uint64_t{1} << 58 | 1, bad_pointer<char>()))
REFUSAL(refuse_clocks, get_of_an_unknown_one, ZX_ERR_INVALID_ARGS, zx_clock_get(3, &when))
REFUSAL(refuse_clocks, get_that_goes_nowhere, ZX_ERR_INVALID_ARGS,
        zx_clock_get(ZX_CLOCK_UTC, bad_pointer<zx_time_t>()))
REFUSAL(refuse_clocks, adjusting_without_a_resource, ZX_ERR_BAD_HANDLE,
        zx_clock_adjust(kBadHandle, ZX_CLOCK_UTC, 0))
REFUSAL(refuse_clocks, adjusting_with_something_else, ZX_ERR_WRONG_TYPE,
        zx_clock_adjust(make_event().get(), ZX_CLOCK_UTC, 0))
REFUSAL(refuse_clocks, adjusting_the_monotonic_one, ZX_ERR_ACCESS_DENIED,
        zx_clock_adjust(root_resource(), ZX_CLOCK_MONOTONIC, 0))
REFUSAL(refuse_clocks, adjusting_a_threads, ZX_ERR_INVALID_ARGS,
        zx_clock_adjust(root_resource(), ZX_CLOCK_THREAD, 0))

// --- Futexes
// --------------------------------------------------------------------------------------

zx_futex_t word{};
zx_futex_t other_word{};
zx_futex_t* odd_word() { return reinterpret_cast<zx_futex_t*>(reinterpret_cast<char*>(&word) + 1); }
zx_koid_t owner;

REFUSAL(refuse_futexes, wait_on_nothing, ZX_ERR_INVALID_ARGS,
        zx_futex_wait(nullptr, zx_futex_t{}, ZX_HANDLE_INVALID, 0))
REFUSAL(refuse_futexes, wait_on_an_odd_address, ZX_ERR_INVALID_ARGS,
        zx_futex_wait(odd_word(), zx_futex_t{}, ZX_HANDLE_INVALID, 0))
REFUSAL(refuse_futexes, wait_on_what_cannot_be_read, ZX_ERR_INVALID_ARGS,
        zx_futex_wait(bad_pointer<zx_futex_t>(), zx_futex_t{}, ZX_HANDLE_INVALID, 0))
REFUSAL(refuse_futexes, wait_with_a_bad_owner, ZX_ERR_BAD_HANDLE,
        zx_futex_wait(&word, word, kBadHandle, 0))
REFUSAL(refuse_futexes, wait_with_an_owner_that_is_no_thread, ZX_ERR_WRONG_TYPE,
        zx_futex_wait(&word, word, make_event().get(), 0))
REFUSAL(refuse_futexes, wait_for_oneself, ZX_ERR_INVALID_ARGS,
        zx_futex_wait(&word, word, user::self_thread(), 0))
REFUSAL(refuse_futexes, wait_in_vain, ZX_ERR_TIMED_OUT,
        zx_futex_wait(&word, word, ZX_HANDLE_INVALID, 0))
REFUSAL(refuse_futexes, wake_of_nothing, ZX_ERR_INVALID_ARGS, zx_futex_wake(nullptr, 1))
REFUSAL(refuse_futexes, wake_of_an_odd_address, ZX_ERR_INVALID_ARGS, zx_futex_wake(odd_word(), 1))
REFUSAL(refuse_futexes, wake_one_of_nothing, ZX_ERR_INVALID_ARGS,
        zx_futex_wake_single_owner(nullptr))
REFUSAL(refuse_futexes, wake_one_of_an_odd_address, ZX_ERR_INVALID_ARGS,
        zx_futex_wake_single_owner(odd_word()))
REFUSAL(refuse_futexes, requeue_from_nothing, ZX_ERR_INVALID_ARGS,
        zx_futex_requeue(nullptr, 1, zx_futex_t{}, &other_word, 1, ZX_HANDLE_INVALID))
REFUSAL(refuse_futexes, requeue_to_nothing, ZX_ERR_INVALID_ARGS,
        zx_futex_requeue(&word, 1, word, nullptr, 1, ZX_HANDLE_INVALID))
REFUSAL(refuse_futexes, requeue_to_the_same, ZX_ERR_INVALID_ARGS,
        zx_futex_requeue(&word, 1, word, &word, 1, ZX_HANDLE_INVALID))
REFUSAL(refuse_futexes, requeue_to_an_odd_address, ZX_ERR_INVALID_ARGS,
        zx_futex_requeue(&other_word, 1, other_word, odd_word(), 1, ZX_HANDLE_INVALID))
REFUSAL(refuse_futexes, requeue_with_a_bad_owner, ZX_ERR_BAD_HANDLE,
        zx_futex_requeue(&word, 1, word, &other_word, 1, kBadHandle))
REFUSAL(refuse_futexes, requeue_with_an_owner_that_is_no_thread, ZX_ERR_WRONG_TYPE,
        zx_futex_requeue(&word, 1, word, &other_word, 1, make_event().get()))
REFUSAL(refuse_futexes, owner_of_nothing, ZX_ERR_INVALID_ARGS, zx_futex_get_owner(nullptr, &owner))
REFUSAL(refuse_futexes, owner_of_an_odd_address, ZX_ERR_INVALID_ARGS,
        zx_futex_get_owner(odd_word(), &owner))
REFUSAL(refuse_futexes, owner_that_goes_nowhere, ZX_ERR_INVALID_ARGS,
        zx_futex_get_owner(&word, bad_pointer<zx_koid_t>()))

// --- Streams
// --------------------------------------------------------------------------------------

REFUSES_HANDLES(refuse_streams, read, zx_stream_readv(it, 0, &kVector, 1, nullptr))
REFUSES_HANDLES(refuse_streams, read_at, zx_stream_readv_at(it, 0, 0, &kVector, 1, nullptr))
REFUSES_HANDLES(refuse_streams, write, zx_stream_writev(it, 0, &kVector, 1, nullptr))
REFUSES_HANDLES(refuse_streams, write_at, zx_stream_writev_at(it, 0, 0, &kVector, 1, nullptr))
REFUSES_HANDLES(refuse_streams, seek, zx_stream_seek(it, ZX_STREAM_SEEK_ORIGIN_START, 0, nullptr))
NEEDS(refuse_streams, read_needs_to_read, ZX_RIGHT_READ, make_stream(),
      zx_stream_readv(it, 0, &kVector, 1, nullptr))
NEEDS(refuse_streams, read_at_needs_to_read, ZX_RIGHT_READ, make_stream(),
      zx_stream_readv_at(it, 0, 0, &kVector, 1, nullptr))
NEEDS(refuse_streams, write_needs_to_write, ZX_RIGHT_WRITE, make_stream(),
      zx_stream_writev(it, 0, &kVector, 1, nullptr))
NEEDS(refuse_streams, write_at_needs_to_write, ZX_RIGHT_WRITE, make_stream(),
      zx_stream_writev_at(it, 0, 0, &kVector, 1, nullptr))
NEEDS(refuse_streams, seek_needs_either, ZX_RIGHT_READ | ZX_RIGHT_WRITE, make_stream(),
      zx_stream_seek(it, ZX_STREAM_SEEK_ORIGIN_START, 0, nullptr))
REFUSAL(refuse_streams, read_has_no_options, ZX_ERR_INVALID_ARGS,
        zx_stream_readv(make_stream().get(), 1, &kVector, 1, nullptr))
REFUSAL(refuse_streams, read_at_has_no_options, ZX_ERR_INVALID_ARGS,
        zx_stream_readv_at(make_stream().get(), 1, 0, &kVector, 1, nullptr))
REFUSAL(refuse_streams, write_knows_its_options, ZX_ERR_INVALID_ARGS,
        zx_stream_writev(make_stream().get(), 2, &kVector, 1, nullptr))
REFUSAL(refuse_streams, write_at_has_no_options, ZX_ERR_INVALID_ARGS,
        zx_stream_writev_at(make_stream().get(), 1, 0, &kVector, 1, nullptr))
REFUSAL(refuse_streams, read_wants_vectors, ZX_ERR_INVALID_ARGS,
        zx_stream_readv(make_stream().get(), 0, nullptr, 1, nullptr))
REFUSAL(refuse_streams, write_wants_vectors, ZX_ERR_INVALID_ARGS,
        zx_stream_writev(make_stream().get(), 0, nullptr, 1, nullptr))
REFUSAL(refuse_streams, read_at_wants_vectors, ZX_ERR_INVALID_ARGS,
        zx_stream_readv_at(make_stream().get(), 0, 0, nullptr, 1, nullptr))
REFUSAL(refuse_streams, write_at_wants_vectors, ZX_ERR_INVALID_ARGS,
        zx_stream_writev_at(make_stream().get(), 0, 0, nullptr, 1, nullptr))
REFUSAL(refuse_streams, unknown_origins, ZX_ERR_INVALID_ARGS,
        zx_stream_seek(make_stream().get(), 3, 0, nullptr))
REFUSAL(refuse_streams, seeking_before_the_start, ZX_ERR_INVALID_ARGS,
        zx_stream_seek(make_stream().get(), ZX_STREAM_SEEK_ORIGIN_START, -1, nullptr))

}  // namespace
}  // namespace core
