/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * What the programs write and the agent reads: SocketRecord.cs, ProcessRecord.cs. Times are nanoseconds of CLOCK_BOOTTIME,
 * ports in the host's byte order, addresses in the network's; IPv4 stands in the first four bytes of an address.
 */
#pragma once

/* What the agent sets before the programs are loaded: ProgramSettings.cs. */
struct settings {
	__u32 wake_bytes;      /* the reader is woken where so much waits; it looks by itself too */
	__u32 pid_namespace;   /* processes are numbered as in this one; 0: as in the first of the machine */
	__u32 own_pid;         /* sockets of this process are not told; 0: all are */
	__u32 only_netns;      /* sockets of other network namespaces are not told; 0: all are */
	__u32 except_netns;    /* those of this one are not */
	__u8 drops_loopback;
	__u8 wants_ports;      /* where one end's port has its PORT_WANTED */
	__u8 drops_ports;      /* where one end's port has its PORT_DROPPED */
	__u8 hides_arguments;
};

enum port_flags {
	PORT_WANTED = 1,
	PORT_DROPPED = 2,
};

enum record_kind {
	RECORD_OPENED = 1,  /* a connection, or a listener, is there */
	RECORD_OWNED = 2,   /* somebody uses a connection that nobody had used yet */
	RECORD_CLOSED = 3,  /* a connection, or a listener, is gone */
	RECORD_FAILED = 4,  /* a connect did not succeed */
	RECORD_EXEC = 16,
	RECORD_FORK = 17,
	RECORD_EXIT = 18,
	RECORD_FLOW_BEGAN = 32, /* the first datagram between a UDP socket and another end */
	RECORD_FLOW_OWNED = 33, /* the first that was sent, where the first of all was received */
	RECORD_FLOW_ENDED = 34, /* the socket of a flow, which was connected, is gone */
};

/* How an owner was found. */
enum owner_method {
	OWNER_NONE = 0,
	OWNER_CALLED = 1,  /* it called connect(2) or listen(2) */
	OWNER_USED = 2,    /* it sent or received last, or asked to */
	OWNER_ENDED = 3,   /* it closed the socket or its sending side, and nobody had used it */
	OWNER_HOLDS = 4,   /* it has the socket among its descriptors */
};

/* Who began a connection. */
enum record_origin {
	ORIGIN_UNKNOWN = 0,
	ORIGIN_HERE = 1,
	ORIGIN_THERE = 2,
};

enum record_flags {
	FIN_RECEIVED = 1,
	ONLY_IPV6 = 2,
	NEVER_SENT = 4,        /* a connect that failed before anything was sent */
};

enum flow_flags {
	FLOW_IS_CONNECTED = 1, /* its socket has this one other end only */
	FLOW_IS_OWN = 2,       /* the agent's: it is not told */
};

struct owner {
	__u64 start;           /* of its thread group's leader */
	__u64 cgroup;          /* inode number in the hierarchy of version 2 */
	__u32 pid;             /* thread group id; 0: nobody, or none that has a number in the agent's pid namespace */
	__u32 uid;             /* real; of nobody, the user that made the socket */
	char comm[16];         /* of the leader */
	__u64 time;            /* when it was so: the group, the user and the name may be others later */
};

struct socket_facts {
	__u64 cookie;
	__u64 since;           /* when it was established, or began to connect or listen; 0: not seen */
	__u64 cgroup;          /* of the socket */
	__u32 inode;           /* 0: no descriptor yet, or none any more */
	__u32 netns;           /* inode number of the network namespace */
	__u8 local[16];
	__u8 remote[16];
	__u16 local_port;
	__u16 remote_port;
	__u8 family;
	__u8 protocol;
	__u8 state;            /* of the socket; after a change: the state before */
	__u8 origin;
	__u8 flags;
	__u8 method;
	__u16 error;           /* sk_err */
	__u32 holder;          /* whose descriptor it is; only in a snapshot */
	struct owner owner;
};

struct tcp_figures {
	__u64 sent;            /* payload, what was sent again included */
	__u64 sent_again;
	__u64 acknowledged;
	__u64 received;
	__u32 rtt;             /* microseconds */
	__u32 min_rtt;         /* microseconds; all ones: never measured */
	__u32 retransmits;
	__u32 unacknowledged;  /* segments */
};

/* RECORD_OPENED, RECORD_OWNED. */
struct socket_record {
	__u64 time;
	__u8 kind;
	__u8 unused[7];
	struct socket_facts socket;
};

/* RECORD_CLOSED, RECORD_FAILED. */
struct ended_record {
	struct socket_record record;
	struct tcp_figures tcp;
};

/* One descriptor in a snapshot. */
struct socket_row {
	struct socket_facts socket;
	struct tcp_figures tcp;
};

/* RECORD_FORK, RECORD_EXIT; the head of RECORD_EXEC. */
struct process_record {
	__u64 time;
	__u8 kind;
	__u8 unused[3];
	__u32 parent;          /* thread group id; the process that waits for it */
	__u32 copied;          /* fork: thread group id of the process that it is a copy of */
	__u32 hierarchy;       /* exec: 0 for a group of version 2, else of version 1 */
	struct owner process;
};

/*
 * RECORD_EXEC: behind this stand the names of the executable's path, from the last to the first, the names of the control
 * group's path, likewise, and the arguments. A NUL byte ends each name; arguments are as in memory.
 */
struct exec_record {
	struct process_record record;
	__u16 path_size;
	__u16 group_size;
	__u16 arguments_size;
	__u16 flags;           /* 1: the path is cut at its beginning; 2: so is the group's */
	__u32 arguments_length; /* what there is; more than arguments_size where that is cut, or could not be read */
	__u32 unused;
};

/* What tells one flow from another: a UDP socket, and with whom it talks. */
struct flow_key {
	__u64 cookie;
	__u8 local[16];
	__u8 remote[16];
	__u16 local_port;
	__u16 remote_port;
	__u32 family;          /* of the datagrams: that of the socket may be the other */
};

/* What is known of a flow; what each datagram touches stands together. */
struct flow {
	__u64 first;           /* when its first datagram came by */
	__u64 last;            /* within a tick */
	__u64 sent;            /* datagrams */
	__u64 sent_bytes;      /* of their payload */
	__u64 received;
	__u64 received_bytes;
	__u64 cgroup;          /* of the socket */
	__u32 netns;
	__u32 inode;
	__u8 origin;
	__u8 method;
	__u8 flags;
	__u8 unused;
	__u32 tick;            /* of the latest; no time */
	struct owner owner;    /* who sent first; of nobody, the user that made the socket */
};

/* RECORD_FLOW_BEGAN, RECORD_FLOW_OWNED, RECORD_FLOW_ENDED. */
struct flow_record {
	__u64 time;
	__u8 kind;
	__u8 unused[7];
	struct flow_key key;
	struct flow flow;
};

_Static_assert(sizeof(struct settings) == 24, "ProgramSettings.cs");
_Static_assert(sizeof(struct socket_record) == 144, "SocketRecord.cs");
_Static_assert(sizeof(struct ended_record) == 192, "SocketRecord.cs");
_Static_assert(sizeof(struct socket_row) == 176, "ProgramSocket.cs");
_Static_assert(sizeof(struct process_record) == 72, "ProcessRecord.cs");
_Static_assert(sizeof(struct exec_record) == 88, "ProcessRecord.cs");
_Static_assert(sizeof(struct flow_key) == 48, "FlowRecord.cs");
_Static_assert(sizeof(struct flow) == 120, "FlowRecord.cs");
_Static_assert(sizeof(struct flow_record) == 184, "FlowRecord.cs");
