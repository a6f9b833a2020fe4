#ifndef SYNFIN_CPRIVILEGES_SHIM_H
#define SYNFIN_CPRIVILEGES_SHIM_H

#include <sys/types.h>

/* What Swift cannot say of giving up rights: functions of the C library that it hides, variadic ones, and system
   calls that have no function at all. Each returns -1 with errno on failure. */

#if defined(__linux__)

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library shows these two only under _GNU_SOURCE, which would also change types that Swift's own module of
   the C library was imported with; so they are declared here, as their manual describes them. Unlike the system
   calls of these names, they change all threads of the process. */
int setresuid(uid_t real, uid_t effective, uid_t saved);
int setresgid(gid_t real, gid_t effective, gid_t saved);

/* Real, effective and saved user at once, so that no way back is left. */
static inline int synfin_set_user(uid_t user) { return setresuid(user, user, user); }
static inline int synfin_set_group(gid_t group) { return setresgid(group, group, group); }

/* Takes every capability but those of a mask out of the bounding set. Returns how many could not be taken: the
   kernel lets only CAP_SETPCAP do that, which a program that is not run by root does not have. */
static inline int synfin_bound_capabilities(uint64_t kept) {
  int left = 0;
  for (int capability = 0; capability < 64; capability++) {
    if (kept >> capability & 1) continue;
    if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 1) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) left++;
  }
  return left;
}

/* Gives up every capability of this thread but those of a mask, which must be among the permitted ones. */
static inline int synfin_keep_capabilities(uint64_t kept) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
  for (int word = 0; word < 2; word++) {
    data[word].effective = data[word].permitted = (uint32_t)(kept >> 32 * word);
  }
  /* Kernels before 4.3 have no ambient set, and say EINVAL. */
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL) return -1;
  return (int)syscall(SYS_capset, &header, data);
}

/* The capabilities that this thread may use. */
static inline int synfin_permitted_capabilities(uint64_t *permitted) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
  if (syscall(SYS_capget, &header, data) != 0) return -1;
  *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  return 0;
}

/* No program run from here on gets rights that this one has not. */
static inline int synfin_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/* Landlock. Its header came with Linux 5.13 and grows with it, so its few numbers and structures are written down
   here and in Landlock.swift; system calls above 424 have one number on all architectures. */

/* The version of Landlock's interface that the kernel has; -1 where it has none. */
static inline int synfin_landlock_version(void) { return (int)syscall(444, NULL, 0, 1u); }

/* What a set of rules handles: what is handled and not allowed is denied. A kernel that knows less than this
   structure holds accepts it as long as the rest is zero. */
struct synfin_landlock_rules {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};

static inline int synfin_landlock_create(const struct synfin_landlock_rules *rules) {
  return (int)syscall(444, rules, sizeof *rules, 0u);
}

/* Allows file rights beneath an open folder. */
static inline int synfin_landlock_allow(int rules, uint64_t rights, int folder) {
  struct {
    uint64_t rights;
    int32_t folder;
  } __attribute__((packed)) beneath = {rights, folder};
  return (int)syscall(445, rules, 1, &beneath, 0u);
}

/* Puts this thread, and the threads that it will make, under a set of rules. */
static inline int synfin_landlock_restrict(int rules) { return (int)syscall(446, rules, 0u); }

#else

#include <unistd.h>

/* Called by root, these set the saved user and group, too. */
static inline int synfin_set_user(uid_t user) { return setuid(user); }
static inline int synfin_set_group(gid_t group) { return setgid(group); }

#endif

#endif
