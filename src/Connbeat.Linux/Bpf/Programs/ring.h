/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* The settings, the ring that all records go through, and the count of those that found no room. */
#pragma once

const volatile struct settings settings SEC(".rodata.settings") = {};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 * 1024 * 1024);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost SEC(".maps");

static __always_inline void count_lost(void)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&lost, &key);

	if (count)
		++*count;
}

/*
 * The kernel does not call a program on a processor that is running it. An interrupt may, which brings packets and with
 * them changes of other sockets; a second program, for the same tracepoint, then does what the first is not called for.
 */
struct turn {
	__u64 caught;          /* how many the second has done; of recursion_misses of the first */
	__u32 runs;            /* the first does, on this processor */
	__u32 unused;
};

enum turn_of { TURN_STATE, TURN_DESTROY, TURNS };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, TURNS);
	__type(key, __u32);
	__type(value, struct turn);
} turns SEC(".maps");

static __always_inline struct turn *turn_of(__u32 key)
{
	return bpf_map_lookup_elem(&turns, &key);
}

static __always_inline void set_runs(struct turn *turn, __u32 runs)
{
	if (turn)
		*(volatile __u32 *)&turn->runs = runs;
}

/* For the second: whether it is its turn. */
static __always_inline bool takes_turn(struct turn *turn)
{
	if (!turn || !*(volatile __u32 *)&turn->runs)
		return false;
	turn->caught++;
	return true;
}

static __always_inline __u64 wake_up(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= settings.wake_bytes ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}
