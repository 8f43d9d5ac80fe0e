/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* The lives of processes: what a process is has to be told before it is gone. */

#define NAME_SIZE 256          /* of one file or control group, its NUL byte included */
#define NAMES_SIZE 2048        /* of all of a path; a power of two */
#define ARGUMENTS_SIZE 4096
#define SCRATCH_SIZE 16384     /* more than any record; a power of two, for the verifier */
#define PATH_DEPTH 40
#define GROUP_DEPTH 16

enum { PATH_IS_CUT = 1, GROUP_IS_CUT = 2 };

/*
 * Sizes go through memory: the verifier then takes what follows for the same after each turn of a loop, and need not follow
 * every way through it to the end.
 */
#define THROUGH_MEMORY(size) (*(volatile __u16 *)&(size))

struct exec_scratch {
	struct exec_record record;
	char text[SCRATCH_SIZE - sizeof(struct exec_record)];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct exec_scratch);
} scratch SEC(".maps");

static __always_inline struct mount *mount_of(struct vfsmount *mount)
{
	return (void *)mount - bpf_core_field_offset(struct mount, mnt);
}

/* As d_path() of the kernel goes: up to the root of each mount, and on from where that is mounted. */
static __always_inline void write_path(struct exec_scratch *to, struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct mount *mount = mount_of(BPF_CORE_READ(file, f_path.mnt));
	__u32 size;

	THROUGH_MEMORY(to->record.path_size) = 0;
#pragma clang loop unroll(disable)
	for (int depth = 0; depth < PATH_DEPTH; depth++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);

		if (dentry == BPF_CORE_READ(mount, mnt.mnt_root) || dentry == parent) {
			struct mount *above = BPF_CORE_READ(mount, mnt_parent);

			if (above == mount || dentry == NULL)
				return;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = above;
			continue;
		}
		size = THROUGH_MEMORY(to->record.path_size);
		if (size > NAMES_SIZE - NAME_SIZE)
			break;
		long length = bpf_probe_read_kernel_str(
			&to->text[size & (NAMES_SIZE - 1)], NAME_SIZE, BPF_CORE_READ(dentry, d_name.name));
		if (length <= 0)
			break;
		THROUGH_MEMORY(to->record.path_size) = size + length;
		dentry = parent;
	}
	to->record.flags |= PATH_IS_CUT;
}

static __always_inline struct kernfs_node *above(struct kernfs_node *node)
{
	return bpf_core_field_exists(node->__parent)
		? BPF_CORE_READ(node, __parent)
		: BPF_CORE_READ((struct kernfs_node___before_6_15 *)node, parent);
}

static __always_inline struct cgroup *group_by(struct css_set *groups, int controller)
{
	struct cgroup_subsys_state *state = NULL;

	bpf_probe_read_kernel(&state, sizeof(state), (void *)&groups->subsys + controller * sizeof(void *));
	return BPF_CORE_READ(state, cgroup);
}

/* That of version 2, unless the process is at its root: then a container's is found in a hierarchy of version 1. */
static __always_inline void write_group(struct exec_scratch *to, struct task_struct *task)
{
	__u32 at = THROUGH_MEMORY(to->record.path_size);
	struct css_set *groups = task->cgroups;
	struct cgroup *group = groups->dfl_cgrp;
	struct kernfs_node *node;
	__u32 size;

	THROUGH_MEMORY(to->record.group_size) = 0;
	if (BPF_CORE_READ(group, level) == 0 && bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id)) {
		to->record.record.hierarchy = 1;
		group = group_by(groups, bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id));
	}
	node = BPF_CORE_READ(group, kn);
#pragma clang loop unroll(disable)
	for (int depth = 0; depth < GROUP_DEPTH; depth++) {
		struct kernfs_node *parent = above(node);

		if (!parent)
			return; /* the root has no name */
		size = THROUGH_MEMORY(to->record.group_size);
		if (size > NAMES_SIZE - NAME_SIZE)
			break;
		long length = bpf_probe_read_kernel_str(
			&to->text[(at + size) & (2 * NAMES_SIZE - 1)], NAME_SIZE, BPF_CORE_READ(node, name));
		if (length <= 0)
			break;
		THROUGH_MEMORY(to->record.group_size) = size + length;
		node = parent;
	}
	to->record.flags |= GROUP_IS_CUT;
}

static __always_inline void write_arguments(struct exec_scratch *to, struct task_struct *task)
{
	__u32 at = THROUGH_MEMORY(to->record.path_size) + THROUGH_MEMORY(to->record.group_size);
	__u64 start = task->mm->arg_start;
	__u64 length = task->mm->arg_end - start;
	__u32 size = length < ARGUMENTS_SIZE ? length : ARGUMENTS_SIZE;

	to->record.arguments_length = length;
	if (size > ARGUMENTS_SIZE) /* the verifier forgets that it is not */
		return;
	if (bpf_probe_read_user(&to->text[at & (2 * NAMES_SIZE - 1)], size, (void *)start) == 0)
		to->record.arguments_size = size;
}

static __always_inline void fill_process(struct process_record *record, struct task_struct *task, __u8 kind)
{
	record->time = bpf_ktime_get_boot_ns();
	record->kind = kind;
	record->parent = pid_of(task->real_parent);
	record->copied = 0;
	record->hierarchy = 0;
	describe(&record->process, task);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_execs, struct task_struct *task)
{
	__u32 key = 0, size = sizeof(struct exec_record);
	struct exec_scratch *to = bpf_map_lookup_elem(&scratch, &key);

	if (!to)
		return 0;
	fill_process(&to->record.record, task, RECORD_EXEC);
	to->record.flags = 0;
	to->record.arguments_size = 0;
	to->record.arguments_length = 0;
	write_path(to, task->mm->exe_file);
	write_group(to, task);
	if (!settings.hides_arguments)
		write_arguments(to, task);
	size += THROUGH_MEMORY(to->record.path_size) + THROUGH_MEMORY(to->record.group_size) + to->record.arguments_size;
	if (bpf_ringbuf_output(&ring, to, size & (SCRATCH_SIZE - 1), wake_up()))
		count_lost();
	return 0;
}

static __always_inline int tell_process(struct task_struct *task, __u32 copied, __u8 kind)
{
	struct process_record *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record) {
		count_lost();
		return 0;
	}
	fill_process(record, task, kind);
	record->copied = copied;
	bpf_ringbuf_submit(record, wake_up());
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_forks, struct task_struct *parent, struct task_struct *child)
{
	return child->tgid == child->pid ? tell_process(child, pid_of(parent), RECORD_FORK) : 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exits, struct task_struct *task)
{
	return task->signal->live.counter == 0 ? tell_process(task, 0, RECORD_EXIT) : 0;
}
