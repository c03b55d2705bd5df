"""A child process ends when the one that started it ends, however that came: also by kill -9.

A worker of a process pool waits at a pipe of which it holds both ends itself: nobody would tell it.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Called once, in the child.

    The thread serves every system; Linux's own signal also reaches a child that is deep in C code.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
