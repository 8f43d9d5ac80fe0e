/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* What is kept of each socket: since when, who owns it, and whether it is told at all. */
#pragma once

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u8[65536]);
} ports SEC(".maps");

/* Counts the passes over all descriptors; the agent moves it before each. */
__u32 pass SEC(".data.pass");

enum {
	LIFE_IS_OWN = 1,  /* the agent's */
	LIFE_TRIES = 2,   /* connect(2) was called, and no SYN was sent yet */
};

struct life {
	struct owner owner;
	__u64 since;
	__u32 tgid;        /* of the owner, whatever namespace its number is of */
	__u32 held;        /* the last pass before which the owner was seen to use or hold the socket */
	__u8 method;
	__u8 origin;
	__u8 flags;
	__u8 unused[3];
	__u16 tried_port;
	__u8 tried[16];    /* whom connect(2) was asked for */
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct life);
} lives SEC(".maps");

static __always_inline struct life *life_of(struct sock *sk, __u64 flags)
{
	return bpf_sk_storage_get(&lives, sk, NULL, flags);
}

#define PID_NAMESPACE_DEPTH 33 /* MAX_PID_NS_LEVEL of linux/pid_namespace.h, and the first */

/* The number of a process in the agent's pid namespace; 0 where it has none. */
static __noinline __u32 number_of(struct task_struct *task)
{
	struct pid *pid = task->group_leader->thread_pid;
	void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	__u32 level = BPF_CORE_READ(pid, level);

#pragma clang loop unroll(disable)
	for (__u32 depth = 0; depth < PID_NAMESPACE_DEPTH && depth <= level; depth++) {
		struct upid *number = numbers + depth * bpf_core_type_size(struct upid);

		if (BPF_CORE_READ(number, ns, ns.inum) == settings.pid_namespace)
			return BPF_CORE_READ(number, nr);
	}
	return 0;
}

static __always_inline __u32 pid_of(struct task_struct *task)
{
	return settings.pid_namespace ? number_of(task) : task->tgid;
}

/* What may be another by now: an exec, a prctl(2), a setuid(2) came between. */
static __always_inline void describe_anew(struct owner *owner, struct task_struct *task)
{
	owner->cgroup = task->cgroups->dfl_cgrp->kn->id;
	owner->uid = task->cred->uid.val;
	bpf_probe_read_kernel(owner->comm, sizeof(owner->comm), task->group_leader->comm);
	owner->time = bpf_ktime_get_boot_ns();
}

static __always_inline void describe(struct owner *owner, struct task_struct *task)
{
	owner->start = task->group_leader->start_boottime;
	owner->pid = pid_of(task);
	describe_anew(owner, task);
}

static __always_inline void give(struct life *life, struct task_struct *task, __u8 method)
{
	describe(&life->owner, task);
	life->tgid = task->tgid;
	life->method = life->owner.pid ? method : OWNER_NONE;
	life->held = pass;
	life->flags &= ~LIFE_IS_OWN;
	if (settings.own_pid && life->owner.pid == settings.own_pid)
		life->flags |= LIFE_IS_OWN;
}

/* Only where the current task is the one that called: never in softirq. A kernel thread owns nothing. True where it is told. */
static __always_inline bool give_to_current(struct life *life, __u8 method)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->flags & PF_KTHREAD)
		return false;
	give(life, task, method);
	return life->method != OWNER_NONE;
}

/* Also in softirq: where the current task is the owner, by chance, what it is called is right. */
static __always_inline void renew_from_current(struct life *life)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (life->method != OWNER_NONE && life->tgid == (__u32)task->tgid)
		describe_anew(&life->owner, task);
}

static __always_inline bool is_loopback(const __u8 *address, __u8 family)
{
	const __u64 *halves = (const __u64 *)address;
	const __u32 *words = (const __u32 *)address;

	if (family == AF_INET)
		return address[0] == 127;
	return halves[0] == 0 && (halves[1] == 1ULL << 56 ||
		(words[2] == 0xffff0000 && address[12] == 127)); /* ::1 and ::ffff:127.0.0.0/104 */
}

static __always_inline bool has_wanted_ports(const struct socket_facts *facts)
{
	bool listens = facts->protocol == IPPROTO_UDP ? facts->state != TCP_ESTABLISHED : facts->state == TCP_LISTEN;
	__u8 *flags, both;
	__u32 key = 0;

	if (!facts->local_port || (!facts->remote_port && !listens))
		return true;
	flags = bpf_map_lookup_elem(&ports, &key);
	if (!flags)
		return true;
	both = flags[facts->local_port] | flags[facts->remote_port];
	return !(settings.wants_ports && !(both & PORT_WANTED)) && !(settings.drops_ports && both & PORT_DROPPED);
}

/* As CaptureFilter.cs. */
static __always_inline bool is_wanted(const struct socket_facts *facts)
{
	if (settings.only_netns && facts->netns != settings.only_netns)
		return false;
	if (settings.except_netns && facts->netns == settings.except_netns)
		return false;
	if (settings.drops_loopback &&
	    (is_loopback(facts->local, facts->family) || is_loopback(facts->remote, facts->family)))
		return false;
	return !(settings.wants_ports || settings.drops_ports) || has_wanted_ports(facts);
}

static __always_inline void fill_ends(struct socket_facts *facts, struct sock *sk)
{
	__u64 *local = (__u64 *)facts->local, *remote = (__u64 *)facts->remote;
	struct sock_common *common = &sk->__sk_common;

	facts->family = common->skc_family;
	if (facts->family == AF_INET) {
		local[0] = common->skc_rcv_saddr;
		remote[0] = common->skc_daddr;
		local[1] = remote[1] = 0;
	} else {
		bpf_probe_read_kernel(local, sizeof(facts->local), &common->skc_v6_rcv_saddr);
		bpf_probe_read_kernel(remote, sizeof(facts->remote), &common->skc_v6_daddr);
	}
	facts->local_port = common->skc_num;
	facts->remote_port = __builtin_bswap16(common->skc_dport);
}

static __always_inline void fill(struct socket_facts *facts, struct sock *sk, const struct life *life)
{
	struct socket *socket = sk->sk_socket;
	struct file *file = socket ? socket->file : NULL;
	struct cgroup *cgroup = sk->sk_cgrp_data.cgroup;

	fill_ends(facts, sk);
	facts->cookie = bpf_get_socket_cookie(sk);
	facts->cgroup = cgroup ? cgroup->kn->id : 0;
	facts->inode = file ? file->f_inode->i_ino : 0;
	facts->netns = sk->__sk_common.skc_net.net->ns.inum;
	facts->protocol = sk->sk_protocol;
	facts->flags = (BPF_CORE_READ_BITFIELD(&sk->__sk_common, skc_ipv6only) ? ONLY_IPV6 : 0) |
		(sk->__sk_common.skc_flags & (1UL << SOCK_DONE) ? FIN_RECEIVED : 0);
	facts->error = sk->sk_err;
	facts->holder = 0;
	if (life) {
		facts->since = life->since;
		facts->origin = life->origin;
		facts->method = life->method;
		facts->owner = life->owner;
	} else {
		facts->since = 0;
		facts->origin = ORIGIN_UNKNOWN;
		facts->method = OWNER_NONE;
		__builtin_memset(&facts->owner, 0, sizeof(facts->owner));
	}
	if (facts->method == OWNER_NONE)
		facts->owner.uid = sk->sk_uid.val;
}

static __always_inline void fill_figures(struct tcp_figures *figures, struct tcp_sock *tcp)
{
	figures->sent = tcp->bytes_sent;
	figures->sent_again = tcp->bytes_retrans;
	figures->acknowledged = tcp->bytes_acked;
	figures->received = tcp->bytes_received;
	figures->rtt = tcp->srtt_us >> 3;
	figures->min_rtt = tcp->rtt_min.s[0].v;
	figures->retransmits = tcp->total_retrans;
	figures->unacknowledged = tcp->packets_out;
}
