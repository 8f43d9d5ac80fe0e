/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * Connects for which there is no route, or no port: no state ever changes. What is asked for is kept until a SYN is sent;
 * where the socket is destroyed before, it never was.
 */

static __always_inline void try_connect(struct bpf_sock_addr *asked, const __u32 *address, int words)
{
	struct bpf_sock *sk = asked->sk;
	struct life *life;
	__u32 *tried;

	if (!sk || asked->protocol != IPPROTO_TCP)
		return;
	life = bpf_sk_storage_get(&lives, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!life)
		return;
	tried = (__u32 *)life->tried;
	for (int word = 0; word < 4; word++)
		tried[word] = word < words ? address[word] : 0;
	life->tried_port = __builtin_bswap16(asked->user_port);
	life->since = bpf_ktime_get_boot_ns();
	life->origin = ORIGIN_HERE;
	life->flags = 0;
	give_to_current(life, OWNER_CALLED);
	life->flags |= LIFE_TRIES;
}

SEC("cgroup/connect4")
int tcp_connect4(struct bpf_sock_addr *asked)
{
	__u32 address = asked->user_ip4;

	try_connect(asked, &address, 1);
	return 1; /* may connect */
}

SEC("cgroup/connect6")
int tcp_connect6(struct bpf_sock_addr *asked)
{
	__u32 address[4] = {asked->user_ip6[0], asked->user_ip6[1], asked->user_ip6[2], asked->user_ip6[3]};

	try_connect(asked, address, 4);
	return 1;
}

static __noinline int give_up(struct sock *sk)
{
	struct life *life = life_of(sk, 0);
	struct ended_record *record;

	if (!life || !(life->flags & LIFE_TRIES) || life->flags & LIFE_IS_OWN)
		return 0;
	record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
	if (!record) {
		count_lost();
		return 0;
	}
	__builtin_memset(&record->tcp, 0, sizeof(record->tcp));
	record->record.time = life->since;
	record->record.kind = RECORD_FAILED;
	record->record.socket.state = TCP_CLOSE;
	fill(&record->record.socket, sk, life);
	record->record.socket.error = 0;
	record->record.socket.flags |= NEVER_SENT;
	__builtin_memcpy(record->record.socket.remote, life->tried, sizeof(life->tried));
	record->record.socket.remote_port = life->tried_port;
	if (is_wanted(&record->record.socket))
		bpf_ringbuf_submit(record, wake_up());
	else
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(tcp_destroy, struct sock *sk)
{
	struct turn *turn = turn_of(TURN_DESTROY);

	set_runs(turn, 1);
	give_up(sk);
	set_runs(turn, 0);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(tcp_destroy_nested, struct sock *sk)
{
	return takes_turn(turn_of(TURN_DESTROY)) ? give_up(sk) : 0;
}
