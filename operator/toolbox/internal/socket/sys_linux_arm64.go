package socket

const sysRenameat2 = 276 // package syscall has no number for it
