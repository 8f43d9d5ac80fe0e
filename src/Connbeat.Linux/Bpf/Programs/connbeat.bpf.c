/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* All programs and their maps in one object, so that they share them. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "records.h"
#include "ring.h"
#include "lives.h"
#include "connections.bpf.c"
#include "attempts.bpf.c"
#include "processes.bpf.c"
#include "flows.bpf.c"
#include "sockets.bpf.c"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
