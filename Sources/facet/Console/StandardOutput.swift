@preconcurrency import Glibc

/// Whether everything that was printed so far has reached the standard output.
func standardOutputIsWritten() -> Bool { fflush(stdout) == 0 && ferror(stdout) == 0 }

/// Writes as much as can be written, and lets nothing come of a failure.
func writeToStandardError(_ text: String) {
  let before = signal(SIGPIPE, SIG_IGN)
  defer { signal(SIGPIPE, before) }
  var text = text
  text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while let start = rest.baseAddress, rest.count > 0 {
      let count = write(STDERR_FILENO, start, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}
