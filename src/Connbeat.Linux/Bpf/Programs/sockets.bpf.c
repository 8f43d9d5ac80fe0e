/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * All sockets that processes hold, of every network namespace: one row for each descriptor. Gives an owner to sockets that
 * have none yet, or whose owner let go of them.
 */

/* As TcpFigures.Initiated of TcpFigures.cs. */
static __always_inline __u8 origin_by(const struct tcp_figures *tcp, __u8 state)
{
	__u64 payload = tcp->sent - tcp->sent_again;

	if ((state != TCP_ESTABLISHED && state != TCP_CLOSE_WAIT) || tcp->unacknowledged)
		return ORIGIN_UNKNOWN;
	return tcp->acknowledged == payload ? ORIGIN_THERE
		: tcp->acknowledged == payload + 1 ? ORIGIN_HERE
		: ORIGIN_UNKNOWN;
}

/* Of several that hold a socket which nobody was seen to use: the first, but of an accepted connection the youngest. */
static __always_inline bool takes_over(const struct life *life, struct task_struct *task)
{
	if (life->method == OWNER_NONE)
		return true;
	if (life->tgid == (__u32)task->tgid)
		return false;
	if (life->held + 1 < pass)
		return true;
	return life->method == OWNER_HOLDS && life->origin == ORIGIN_THERE &&
		task->group_leader->start_boottime > life->owner.start;
}

SEC("iter/task_file")
int sockets(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket_row row = {};
	struct tcp_sock *tcp;
	struct socket *socket;
	struct life *life;
	struct sock *sk;
	__u16 family;

	if (!task || !file)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk)
		return 0;
	family = sk->__sk_common.skc_family;
	if (family != AF_INET && family != AF_INET6)
		return 0;
	row.socket.state = sk->__sk_common.skc_state;
	if (sk->sk_protocol == IPPROTO_TCP) {
		tcp = bpf_skc_to_tcp_sock(sk);
		if (!tcp || row.socket.state == TCP_CLOSE)
			return 0;
		fill_figures(&row.tcp, tcp);
	} else if (sk->sk_protocol != IPPROTO_UDP || !sk->__sk_common.skc_num) {
		return 0;
	}
	life = life_of(sk, BPF_SK_STORAGE_GET_F_CREATE);
	if (life) {
		if (sk->sk_protocol == IPPROTO_TCP && life->origin == ORIGIN_UNKNOWN)
			life->origin = origin_by(&row.tcp, row.socket.state);
		if (takes_over(life, task)) {
			give(life, task, OWNER_HOLDS);
		} else if (life->tgid == (__u32)task->tgid) {
			life->held = pass;
			describe_anew(&life->owner, task);
		}
	}
	fill(&row.socket, sk, life);
	row.socket.inode = file->f_inode->i_ino;
	row.socket.holder = pid_of(task);
	if (is_wanted(&row.socket) && !(life && life->flags & LIFE_IS_OWN))
		bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
	return 0;
}
