@preconcurrency import Glibc

/// Whether everything that was printed so far has reached the standard output.
func standardOutputIsWritten() -> Bool { fflush(stdout) == 0 && ferror(stdout) == 0 }
