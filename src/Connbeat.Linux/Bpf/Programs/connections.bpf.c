/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * The lives of TCP sockets. A client's owner is who connects. A server's is nobody as long as the kernel shakes hands: that
 * is done in softirq, where the current task is whoever was interrupted. It is who sends, receives or finishes first.
 */

static __noinline void tell(struct sock *sk, struct life *life, __u8 kind, __u8 state)
{
	struct socket_record *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record) {
		count_lost();
		return;
	}
	record->time = bpf_ktime_get_boot_ns();
	record->kind = kind;
	record->socket.state = state;
	fill(&record->socket, sk, life);
	if (is_wanted(&record->socket))
		bpf_ringbuf_submit(record, wake_up());
	else
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
}

static __noinline void tell_end(struct sock *sk, struct life *life, __u8 kind, __u8 state)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	struct ended_record *record;

	if (!tcp)
		return;
	record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
	if (!record) {
		count_lost();
		return;
	}
	record->record.time = bpf_ktime_get_boot_ns();
	record->record.kind = kind;
	record->record.socket.state = state;
	fill(&record->record.socket, sk, life);
	/* The port was given back already. */
	record->record.socket.local_port = __builtin_bswap16(tcp->inet_conn.icsk_inet.inet_sport);
	fill_figures(&record->tcp, tcp);
	if (is_wanted(&record->record.socket))
		bpf_ringbuf_submit(record, wake_up());
	else
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
}

/* connect(2) and listen(2) are called by the owner. */
static __always_inline struct life *call(struct sock *sk, __u8 origin)
{
	struct life *life = life_of(sk, BPF_SK_STORAGE_GET_F_CREATE);

	if (!life)
		return NULL;
	life->since = bpf_ktime_get_boot_ns();
	life->origin = origin;
	life->flags = 0;
	life->method = OWNER_NONE;
	life->owner.pid = 0;
	give_to_current(life, OWNER_CALLED);
	return life;
}

static __always_inline void establish(struct sock *sk, int from)
{
	struct life *life = life_of(sk, BPF_SK_STORAGE_GET_F_CREATE);

	if (life) {
		if (from == TCP_SYN_SENT)
			life->origin = ORIGIN_HERE;
		else if (life->origin == ORIGIN_UNKNOWN)
			life->origin = ORIGIN_THERE;
		life->since = bpf_ktime_get_boot_ns();
		if (life->flags & LIFE_IS_OWN)
			return;
	}
	tell(sk, life, RECORD_OPENED, TCP_ESTABLISHED);
}

/* A socket that was closed before its handshake was over finishes in softirq, where the current task says nothing. */
static __always_inline void finish(struct sock *sk, int from)
{
	struct life *life;

	if (from == TCP_SYN_RECV || from == TCP_SYN_SENT)
		return;
	life = life_of(sk, BPF_SK_STORAGE_GET_F_CREATE);
	if (!life)
		return;
	if (life->method != OWNER_NONE)
		renew_from_current(life); /* the end is told when the other side has answered, in softirq */
	else if (give_to_current(life, OWNER_ENDED))
		tell(sk, life, RECORD_OWNED, from);
}

static __always_inline void end(struct sock *sk, int from)
{
	struct life *life = life_of(sk, 0);
	bool connects;

	if (life && life->flags & LIFE_IS_OWN)
		return;
	switch (from) {
	case TCP_CLOSE:
		return;
	case TCP_SYN_SENT:
		connects = true;
		break;
	case TCP_SYN_RECV:
		if (!life || life->origin != ORIGIN_HERE)
			return; /* nobody was told of it: its handshake was never over */
		connects = true;
		break;
	default:
		connects = false;
	}
	if (life)
		renew_from_current(life);
	tell_end(sk, life, connects ? RECORD_FAILED : RECORD_CLOSED, from);
}

static __noinline int change(struct sock *sk, int from, int to)
{
	struct life *life;

	if (sk->sk_protocol != IPPROTO_TCP)
		return 0;
	switch (to) {
	case TCP_SYN_SENT:
		call(sk, ORIGIN_HERE);
		break;
	case TCP_ESTABLISHED:
		establish(sk, from);
		break;
	case TCP_FIN_WAIT1:
	case TCP_LAST_ACK:
		finish(sk, from);
		break;
	case TCP_LISTEN:
		life = call(sk, ORIGIN_UNKNOWN);
		if (sk->__sk_common.skc_num && !(life && life->flags & LIFE_IS_OWN))
			tell(sk, life, RECORD_OPENED, TCP_LISTEN);
		break;
	case TCP_CLOSE:
		end(sk, from);
		break;
	}
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcp_state, struct sock *sk, int from, int to)
{
	struct turn *turn = turn_of(TURN_STATE);

	set_runs(turn, 1);
	change(sk, from, to);
	set_runs(turn, 0);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcp_state_nested, struct sock *sk, int from, int to)
{
	return takes_turn(turn_of(TURN_STATE)) ? change(sk, from, to) : 0;
}

/* Also of calls that fail: who asks for what is not there yet uses the socket all the same. */
static __noinline int use(struct sock *sk)
{
	struct life *life;
	bool had_owner;
	__u8 state;

	if (sk->sk_protocol != IPPROTO_TCP)
		return 0;
	state = sk->__sk_common.skc_state;
	if (state == TCP_CLOSE || state == TCP_LISTEN)
		return 0;
	life = life_of(sk, BPF_SK_STORAGE_GET_F_CREATE);
	if (!life)
		return 0;
	if (life->tgid == bpf_get_current_pid_tgid() >> 32 && life->method != OWNER_NONE) {
		if (life->method == OWNER_HOLDS)
			life->method = OWNER_USED;
		return 0;
	}
	had_owner = life->method != OWNER_NONE;
	if (give_to_current(life, OWNER_USED) && !had_owner)
		tell(sk, life, RECORD_OWNED, state);
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(tcp_sends, struct sock *sk)
{
	return use(sk);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(tcp_receives, struct sock *sk)
{
	return use(sk);
}
