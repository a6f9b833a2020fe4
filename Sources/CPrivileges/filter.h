#ifndef SYNFIN_CPRIVILEGES_FILTER_H
#define SYNFIN_CPRIVILEGES_FILTER_H

/* The system calls that a capture gives up, and the filter program that refuses them (seccomp). */

#if defined(__linux__)

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__) && !defined(__ILP32__)
#define SYNFIN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define SYNFIN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#if defined(SYNFIN_ARCHITECTURE)

/* Refused with EPERM. From 424 on, a system call has one number on all architectures, and older headers lack its
   name; those stand here by their numbers. */
static const uint32_t synfin_refused_calls[] = {
    /* other programs */
    SYS_execve, SYS_execveat,
    /* other processes */
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp,
    424 /* pidfd_send_signal */, 434 /* pidfd_open */, 438 /* pidfd_getfd */, 440 /* process_madvise */,
    448 /* process_mrelease */,
    /* sockets, but for those that are open; nor may these send */
    SYS_socket, SYS_socketpair, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_connect, SYS_sendto,
    SYS_sendmsg, SYS_sendmmsg,
    /* memory shared with others, queues */
    SYS_shmget, SYS_shmat, SYS_msgget, SYS_semget, SYS_mq_open, SYS_memfd_create, 447 /* memfd_secret */,
    /* users, groups, capabilities */
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setfsuid,
    SYS_setfsgid, SYS_setgroups, SYS_capset, SYS_personality,
    /* owners, modes and attributes of files by path, which Landlock does not look at; truncate, which it looks at
       from version 3 on */
    SYS_fchmodat, 452 /* fchmodat2 */, SYS_fchownat, SYS_setxattr, SYS_lsetxattr, SYS_removexattr,
    SYS_lremovexattr, 463 /* setxattrat */, 466 /* removexattrat */, SYS_truncate, SYS_mknodat,
    SYS_open_by_handle_at,
    /* mounts and namespaces */
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_quotactl, SYS_swapon,
    SYS_swapoff, 428 /* open_tree */, 429 /* move_mount */, 430 /* fsopen */, 431 /* fsconfig */,
    432 /* fsmount */, 433 /* fspick */, 442 /* mount_setattr */, 443 /* quotactl_fd */,
    467 /* open_tree_attr */,
    /* the machine and its clock */
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_syslog, SYS_acct,
    SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_clock_adjtime,
    /* parts of the kernel where much has been found that should not be there */
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_fanotify_init, SYS_add_key, SYS_request_key, SYS_keyctl,
    SYS_splice, SYS_tee, SYS_vmsplice, 425 /* io_uring_setup */, 426 /* io_uring_enter */,
    427 /* io_uring_register */,
#if defined(SYS_kexec_file_load)
    SYS_kexec_file_load,
#endif
#if defined(__x86_64__)
    /* what newer architectures have no more */
    SYS_fork, SYS_vfork, SYS_mknod, SYS_chmod, SYS_chown, SYS_lchown, SYS_uselib, SYS_iopl, SYS_ioperm,
    SYS_modify_ldt,
#endif
};

#define SYNFIN_LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* Goes `skip` instructions further unless what was loaded is `value`. */
#define SYNFIN_UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define SYNFIN_RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define SYNFIN_REFUSE(error) SYNFIN_RETURN(SECCOMP_RET_ERRNO | (error))

/* Where the kernel has filters, 1; else 0. Asked for a filter at address 0, those that have them say EFAULT. */
static inline int synfin_has_filters(void) {
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT;
}

/* Refuses the system calls above to this thread and those that it will make; needs no_new_privs. -1 with errno on
   failure. The few instructions look at 32 bits of each argument, and so does the kernel where they are used. */
static inline int synfin_install_filter(void) {
  static const struct sock_filter head[] = {
      /* A 64-bit kernel takes the calls of its 32-bit sister, too, whose numbers mean other things. */
      SYNFIN_LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYNFIN_ARCHITECTURE, 1, 0),
      SYNFIN_REFUSE(EPERM),
      SYNFIN_LOAD(nr),
#if defined(__x86_64__)
      /* x32: the same calls again under other numbers. */
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      SYNFIN_REFUSE(EPERM),
#endif
  };
  static const struct sock_filter tail[] = {
      /* The C library then makes its threads by clone, whose flags a filter can see. */
      SYNFIN_UNLESS(435 /* clone3 */, 1),
      SYNFIN_REFUSE(ENOSYS),
      /* A thread is welcome, a process is not. */
      SYNFIN_UNLESS(SYS_clone, 4),
      SYNFIN_LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x00010000 /* CLONE_THREAD */, 1, 0),
      SYNFIN_REFUSE(EPERM),
      SYNFIN_RETURN(SECCOMP_RET_ALLOW),
      /* Nobody types into the terminal on behalf of the user, who may be root there. */
      SYNFIN_UNLESS(SYS_ioctl, 5),
      SYNFIN_LOAD(args[1]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0),
      SYNFIN_UNLESS(0x541c /* TIOCLINUX */, 1),
      SYNFIN_REFUSE(EPERM),
      SYNFIN_RETURN(SECCOMP_RET_ALLOW),
      SYNFIN_RETURN(SECCOMP_RET_ALLOW),
  };
  enum { refused = sizeof synfin_refused_calls / sizeof *synfin_refused_calls };
  struct sock_filter
      filter[sizeof head / sizeof *head + 2 * refused + sizeof tail / sizeof *tail];
  unsigned short count = 0;
  for (size_t i = 0; i < sizeof head / sizeof *head; i++) filter[count++] = head[i];
  for (size_t i = 0; i < refused; i++) {
    filter[count++] = (struct sock_filter)SYNFIN_UNLESS(synfin_refused_calls[i], 1);
    filter[count++] = (struct sock_filter)SYNFIN_REFUSE(EPERM);
  }
  for (size_t i = 0; i < sizeof tail / sizeof *tail; i++) filter[count++] = tail[i];
  struct sock_fprog program = {.len = count, .filter = filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

#else

/* System calls have other numbers on each architecture; this one's table has not been written and tested. */
static inline int synfin_has_filters(void) { return 0; }
static inline int synfin_install_filter(void) {
  errno = ENOSYS;
  return -1;
}

#endif

#endif

#endif
