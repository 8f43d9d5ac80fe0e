/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * What the programs read of the kernel, and no more. Offsets are not those of these structs: libbpf puts in those of the
 * running kernel (CO-RE), by the names of structs and fields.
 */
#pragma once

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef __u16 __sum16;
typedef _Bool bool;

enum { false, true };

#define NULL ((void *)0)

enum { /* linux/bpf.h */
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_SK_STORAGE = 24,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_F_NO_PREALLOC = 1,
	BPF_NOEXIST = 1,
	BPF_SK_STORAGE_GET_F_CREATE = 1,
	BPF_RB_NO_WAKEUP = 1,
	BPF_RB_FORCE_WAKEUP = 2,
	BPF_RB_AVAIL_DATA = 0,
};

enum { /* net/tcp_states.h */
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
};

enum {
	AF_INET = 2,
	AF_INET6 = 10,
	IPPROTO_TCP = 6,
	IPPROTO_UDP = 17,
	SEND_SHUTDOWN = 2,      /* net/sock.h */
	SOCK_DONE = 1,          /* the bit of skc_flags that says that a FIN was received */
	PF_KTHREAD = 0x200000,  /* linux/sched.h */
};

enum {
	SOCK_DGRAM = 2,         /* asm/socket.h */
	EEXIST = 17,            /* asm-generic/errno-base.h */
};

/* netinet/in.h: what may stand between an IPv6 header and that of UDP. */
enum {
	IPPROTO_HOPOPTS = 0,
	IPPROTO_ROUTING = 43,
	IPPROTO_DSTOPTS = 60,
};

struct seq_file;

/* linux/bpf.h: what programs of control groups are given; not relocated. */
struct bpf_sock {
	__u32 bound_dev_if;
	__u32 family;
	__u32 type;
	__u32 protocol;
};

struct __sk_buff {
	__u32 len;
	__u32 unused[18];
	__u32 data;
	__u32 data_end;
	__u32 unused_too[20];
	__u32 gso_segs;
};

/* What is sent: RFC 791, RFC 8200, RFC 768. */
struct iphdr {
	__u8 version_and_length; /* in words of 32 bits */
	__u8 service;
	__be16 length;
	__be16 id;
	__be16 fragment;
	__u8 hops;
	__u8 protocol;
	__sum16 checksum;
	__be32 from;
	__be32 to;
};

struct ipv6hdr {
	__u8 version_and_class;
	__u8 class_and_label[3];
	__be16 length;
	__u8 next;
	__u8 hops;
	__u8 from[16];
	__u8 to[16];
};

struct ipv6_opt_hdr {
	__u8 next;
	__u8 length; /* in words of 64 bits, the first not counted */
};

struct udphdr {
	__be16 from;
	__be16 to;
	__be16 length;
	__sum16 checksum;
};

struct bpf_sock_addr {
	__u32 user_family;
	__u32 user_ip4;
	__u32 user_ip6[4];
	__u32 user_port;
	__u32 family;
	__u32 type;
	__u32 protocol;
	__u32 msg_src_ip4;
	__u32 msg_src_ip6[4];
	union {
		struct bpf_sock *sk;
		__u64 : 64;
	} __attribute__((aligned(8)));
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	union {
		__u32 u6_addr32[4];
	} in6_u;
};

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct kernfs_node {
	struct kernfs_node *__parent; /* since Linux 6.15 */
	const char *name;
	__u64 id;
};

struct kernfs_node___before_6_15 {
	struct kernfs_node *parent;
};

struct cgroup {
	int level;
	struct kernfs_node *kn;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

struct css_set {
	struct cgroup_subsys_state *subsys[1];
	struct cgroup *dfl_cgrp;
};

enum cgroup_subsys_id {
	memory_cgrp_id = 4,
	pids_cgrp_id = 11,
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

struct inode {
	unsigned long i_ino;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
};

typedef struct {
	__u32 val;
} kuid_t;

struct socket {
	struct file *file;
	struct sock *sk;
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned char skc_ipv6only : 1;
	unsigned long skc_flags;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_protocol;
	__u16 sk_type;
	__u8 sk_shutdown;
	int sk_err;
	kuid_t sk_uid;
	struct socket *sk_socket;
	struct sock_cgroup_data sk_cgrp_data;
};

struct sk_buff {
	struct sock *sk;
};

struct inet_sock {
	struct sock sk;
	__be16 inet_sport;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
};

struct minmax_sample {
	__u32 v;
};

struct minmax {
	struct minmax_sample s[3];
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 packets_out;
	__u32 srtt_us;
	__u32 total_retrans;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 bytes_acked;
	__u64 bytes_received;
	struct minmax rtt_min;
};

struct cred {
	kuid_t uid;
};

typedef struct {
	int counter;
} atomic_t;

struct signal_struct {
	atomic_t live;
};

struct pid_namespace {
	struct ns_common ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct mm_struct {
	struct file *exe_file;
	unsigned long arg_start;
	unsigned long arg_end;
};

struct task_struct {
	unsigned int flags;
	int pid;
	int tgid;
	char comm[16];
	__u64 start_boottime;
	struct pid *thread_pid;
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	const struct cred *cred;
	struct css_set *cgroups;
	struct signal_struct *signal;
	struct mm_struct *mm;
};

struct linux_binprm;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

#pragma clang attribute pop
