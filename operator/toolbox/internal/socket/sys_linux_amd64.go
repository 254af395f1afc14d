package socket

const sysRenameat2 = 316 // package syscall has no number for it
