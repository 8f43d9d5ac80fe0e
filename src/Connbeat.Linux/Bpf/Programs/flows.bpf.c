/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * With whom UDP sockets talk, and how much. A datagram costs a look into one map; what is told through the ring is that a flow
 * begins, who sends in it, and that its socket is gone. The agent reads the map now and then, and takes out what is idle.
 */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct flow_key);
	__type(value, struct flow);
} flows SEC(".maps");

/* How many datagrams came by for which there was no flow and no room for one. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} uncounted SEC(".maps");

struct datagram {
	__u32 count;           /* as many as the hardware makes of it, or has made it of */
	__u32 bytes;
	bool is_sent;
};

/* All of a key is set, and in words as wide as are read of it: what is not of UDP, which is most, is left before that. */
static __always_inline bool read_ipv4(void *data, void *end, struct flow_key *key, bool is_sent, __u32 *at)
{
	struct iphdr *ip = data;
	__u64 *local = (__u64 *)key->local, *remote = (__u64 *)key->remote;

	if (data + sizeof(*ip) > end || ip->protocol != IPPROTO_UDP)
		return false;
	local[0] = is_sent ? ip->from : ip->to;
	remote[0] = is_sent ? ip->to : ip->from;
	local[1] = remote[1] = 0;
	*at = (ip->version_and_length & 15) * 4;
	return true;
}

#define HEADERS 4 /* between that of IPv6 and that of UDP */

static __always_inline bool read_ipv6(void *data, void *end, struct flow_key *key, bool is_sent, __u32 *at)
{
	struct ipv6hdr *ip = data;
	__u32 offset = sizeof(*ip);
	__u8 next;

	if (data + sizeof(*ip) > end)
		return false;
	next = ip->next;
#pragma clang loop unroll(full)
	for (int header = 0; header < HEADERS; header++) {
		struct ipv6_opt_hdr *option = data + offset;

		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS)
			break;
		if ((void *)(option + 1) > end)
			return false;
		next = option->next;
		offset += (option->length + 1) * 8;
	}
	if (next != IPPROTO_UDP)
		return false;
	__builtin_memcpy(key->local, is_sent ? ip->from : ip->to, sizeof(key->local));
	__builtin_memcpy(key->remote, is_sent ? ip->to : ip->from, sizeof(key->remote));
	*at = offset;
	return true;
}

static __always_inline bool read_datagram(struct __sk_buff *skb, struct flow_key *key, struct datagram *datagram)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	bool is_sent = datagram->is_sent, is_ipv4;
	struct udphdr *udp;
	__u32 at = 0;

	if (data + 1 > end)
		return false;
	is_ipv4 = *(__u8 *)data >> 4 == 4;
	if (is_ipv4 ? !read_ipv4(data, end, key, is_sent, &at) : !read_ipv6(data, end, key, is_sent, &at))
		return false;
	udp = data + at;
	if ((void *)(udp + 1) > end)
		return false;
	key->local_port = __builtin_bswap16(is_sent ? udp->from : udp->to);
	key->remote_port = __builtin_bswap16(is_sent ? udp->to : udp->from);
	key->family = is_ipv4 ? AF_INET : AF_INET6;
	datagram->count = skb->gso_segs ? skb->gso_segs : 1;
	datagram->bytes = skb->len - at - sizeof(*udp);
	return true;
}

static __always_inline void add(struct flow *flow, const struct datagram *datagram)
{
	if (datagram->is_sent) {
		__sync_fetch_and_add(&flow->sent, datagram->count);
		__sync_fetch_and_add(&flow->sent_bytes, datagram->bytes);
	} else {
		__sync_fetch_and_add(&flow->received, datagram->count);
		__sync_fetch_and_add(&flow->received_bytes, datagram->bytes);
	}
}

#define EXACT 8 /* datagrams each way */

/*
 * The clock is what costs most where a flow is busy. The first datagrams have their exact time, a question and its answer
 * among them; of those after that the first of each tick, which is 1 to 10 ms.
 */
static __always_inline void stamp(struct flow *flow, const struct datagram *datagram)
{
	__u32 tick = bpf_jiffies64();

	if (tick == flow->tick && (datagram->is_sent ? flow->sent : flow->received) > EXACT)
		return;
	flow->tick = tick;
	flow->last = bpf_ktime_get_boot_ns();
}

static __always_inline void tell_flow(const struct flow_key *key, const struct flow *flow, __u8 kind)
{
	struct flow_record *record;

	if (flow->flags & FLOW_IS_OWN)
		return;
	record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
	if (!record) {
		count_lost();
		return;
	}
	record->time = bpf_ktime_get_boot_ns();
	record->kind = kind;
	record->key = *key;
	record->flow = *flow;
	bpf_ringbuf_submit(record, wake_up());
}

/* What is sent, is sent by the current task: not so what is received. */
static __always_inline void give_flow(struct flow *flow)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct owner owner = {};

	if (task->flags & PF_KTHREAD)
		return;
	describe(&owner, task);
	if (!owner.pid)
		return;
	flow->owner = owner;
	flow->method = OWNER_USED;
	if (settings.own_pid && owner.pid == settings.own_pid)
		flow->flags |= FLOW_IS_OWN;
}

static __noinline bool is_wanted_flow(const struct flow_key *key, __u32 netns)
{
	struct socket_facts facts = {
		.netns = netns,
		.local_port = key->local_port,
		.remote_port = key->remote_port,
		.family = key->family,
		.protocol = IPPROTO_UDP,
		.state = TCP_ESTABLISHED,
	};

	__builtin_memcpy(facts.local, key->local, sizeof(facts.local));
	__builtin_memcpy(facts.remote, key->remote, sizeof(facts.remote));
	return is_wanted(&facts);
}

static __always_inline __u32 inode_of(struct sock *sk)
{
	struct file *file = BPF_CORE_READ(sk, sk_socket, file);

	return file ? BPF_CORE_READ(file, f_inode, i_ino) : 0;
}

static __always_inline __u32 netns_of(struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
}

static __always_inline __u64 cgroup_of(struct sock *sk)
{
	struct cgroup *cgroup = BPF_CORE_READ(sk, sk_cgrp_data.cgroup);

	return cgroup ? BPF_CORE_READ(cgroup, kn, id) : 0;
}

/* What a program of a control group is given is the packet itself, of which it may not follow the pointers without further ado. */
static __always_inline struct sock *socket_of(struct __sk_buff *skb)
{
	struct sk_buff *packet = (void *)skb;

	return BPF_CORE_READ(packet, sk);
}

/* The sender of a packet of UDP need not be a UDP socket: it may be a raw one, or of what is wrapped. */
static __always_inline bool is_of(struct sock *sk, const struct flow_key *key)
{
	return sk && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_UDP && BPF_CORE_READ(sk, sk_type) == SOCK_DGRAM &&
		BPF_CORE_READ(sk, __sk_common.skc_num) == key->local_port;
}

static __noinline int begin_flow(struct __sk_buff *skb, struct flow_key *key, const struct datagram *datagram)
{
	struct sock *sk = socket_of(skb);
	struct flow flow = {}, *other;
	__u32 only = 0;
	__u64 *count;
	long failed;

	if (!is_of(sk, key))
		return 0;
	flow.netns = netns_of(sk);
	if (!is_wanted_flow(key, flow.netns))
		return 0;
	flow.first = flow.last = bpf_ktime_get_boot_ns();
	flow.origin = datagram->is_sent ? ORIGIN_HERE : ORIGIN_THERE;
	flow.cgroup = cgroup_of(sk);
	flow.inode = inode_of(sk);
	flow.owner.uid = BPF_CORE_READ(sk, sk_uid.val);
	if (BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_ESTABLISHED)
		flow.flags = FLOW_IS_CONNECTED;
	if (datagram->is_sent)
		give_flow(&flow);
	add(&flow, datagram);
	failed = bpf_map_update_elem(&flows, key, &flow, BPF_NOEXIST);
	if (!failed) {
		tell_flow(key, &flow, RECORD_FLOW_BEGAN);
		return 0;
	}
	other = failed == -EEXIST ? bpf_map_lookup_elem(&flows, key) : NULL;
	if (other) {
		add(other, datagram);
		return 0;
	}
	count = bpf_map_lookup_elem(&uncounted, &only);
	if (count)
		*count += datagram->count;
	return 0;
}

static __noinline int claim_flow(struct flow_key *key, struct flow *flow)
{
	if (!key || !flow)
		return 0;
	give_flow(flow);
	if (flow->method == OWNER_NONE)
		return 0;
	tell_flow(key, flow, RECORD_FLOW_OWNED);
	return 0;
}

static __always_inline void count_datagram(struct __sk_buff *skb, bool is_sent)
{
	struct datagram datagram = {.is_sent = is_sent};
	struct flow_key key;
	struct flow *flow;

	if (!read_datagram(skb, &key, &datagram))
		return;
	key.cookie = bpf_get_socket_cookie(skb);
	flow = bpf_map_lookup_elem(&flows, &key);
	if (!flow) {
		begin_flow(skb, &key, &datagram);
		return;
	}
	add(flow, &datagram);
	stamp(flow, &datagram);
	if (is_sent && flow->method == OWNER_NONE)
		claim_flow(&key, flow);
}

SEC("cgroup_skb/egress")
int udp_sends(struct __sk_buff *skb)
{
	count_datagram(skb, true);
	return 1; /* may pass */
}

SEC("cgroup_skb/ingress")
int udp_receives(struct __sk_buff *skb)
{
	count_datagram(skb, false);
	return 1;
}

static __always_inline void read_ends(struct socket_facts *facts, struct sock *sk)
{
	__u64 *local = (__u64 *)facts->local, *remote = (__u64 *)facts->remote;

	facts->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (facts->family == AF_INET) {
		local[0] = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
		remote[0] = BPF_CORE_READ(sk, __sk_common.skc_daddr);
		local[1] = remote[1] = 0;
	} else {
		BPF_CORE_READ_INTO((struct in6_addr *)local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)remote, sk, __sk_common.skc_v6_daddr);
	}
	facts->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	facts->remote_port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
}

/* The last word on the flow of a connected socket; those of others are found in the map. */
static __noinline int end_flow(const struct socket_facts *facts)
{
	const __u64 *local = (const __u64 *)facts->local, *remote = (const __u64 *)facts->remote;
	bool is_mapped = facts->family == AF_INET6 && !local[0] && !remote[0] && (__u32)local[1] == 0xffff0000;
	struct flow_key key = {
		.cookie = facts->cookie,
		.local_port = facts->local_port,
		.remote_port = facts->remote_port,
		.family = is_mapped ? AF_INET : facts->family,
	};
	struct flow *flow;

	__builtin_memcpy(key.local, facts->local, sizeof(key.local));
	__builtin_memcpy(key.remote, facts->remote, sizeof(key.remote));
	if (is_mapped) {
		*(__u64 *)key.local = local[1] >> 32;
		*(__u64 *)key.remote = remote[1] >> 32;
		((__u64 *)key.local)[1] = ((__u64 *)key.remote)[1] = 0;
	}
	flow = bpf_map_lookup_elem(&flows, &key);
	if (!flow)
		return 0;
	tell_flow(&key, flow, RECORD_FLOW_ENDED);
	bpf_map_delete_elem(&flows, &key);
	return 0;
}

static __noinline int release(struct sock *sk, __u64 cookie)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct socket_facts facts = {};
	struct socket_record *record;

	facts.cookie = cookie;
	facts.netns = netns_of(sk);
	facts.cgroup = cgroup_of(sk);
	facts.inode = inode_of(sk);
	facts.protocol = IPPROTO_UDP;
	facts.state = BPF_CORE_READ(sk, __sk_common.skc_state);
	read_ends(&facts, sk);
	if (!facts.local_port)
		return 0;
	if (facts.remote_port)
		end_flow(&facts);
	facts.owner.uid = BPF_CORE_READ(sk, sk_uid.val);
	if (!(task->flags & PF_KTHREAD)) {
		describe(&facts.owner, task);
		facts.method = facts.owner.pid ? OWNER_ENDED : OWNER_NONE;
	}
	if (!is_wanted(&facts) || (settings.own_pid && facts.owner.pid == settings.own_pid))
		return 0;
	record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
	if (!record) {
		count_lost();
		return 0;
	}
	record->time = bpf_ktime_get_boot_ns();
	record->kind = RECORD_CLOSED;
	record->socket = facts;
	bpf_ringbuf_submit(record, wake_up());
	return 0;
}

SEC("cgroup/sock_release")
int udp_release(struct bpf_sock *sk)
{
	if (sk->protocol == IPPROTO_UDP && sk->type == SOCK_DGRAM)
		release((struct sock *)sk, bpf_get_socket_cookie(sk));
	return 1;
}
