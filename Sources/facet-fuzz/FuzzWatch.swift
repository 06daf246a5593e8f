import FacetRuntime
import FacetVerification
import Glibc

/// Says which variant was being tried when the process crashes or hangs, so that it can be tried again.
enum FuzzWatch {
  static let hangSeconds: UInt32 = 60

  // Read by a signal handler, which may neither allocate nor lock: written once before each variant, by one thread.
  private nonisolated(unsafe) static let message = UnsafeMutablePointer<CChar>.allocate(capacity: 256)
  private nonisolated(unsafe) static var length = 0
  private nonisolated(unsafe) static var isInstalled = false

  /// Whether this is a build with the address sanitizer, which takes more memory and reports crashes itself.
  static let isSanitized = dlsym(nil, "__asan_init") != nil

  static func begin(_ kind: FuzzKind, seed: UInt64, variant: Int) {
    let text = "\nfacet-fuzz: crashed or hung at variant \(variant): \(kind.rawValue), --seed \(seed) --count \(variant + 1)\n"
    length = 0
    for byte in text.utf8.prefix(255) {
      message[length] = CChar(bitPattern: byte)
      length += 1
    }
    install()
    alarm(hangSeconds)
  }

  static func end() { alarm(0) }

  private static func report() { _ = write(STDERR_FILENO, message, length) }

  private static func install() {
    guard !isInstalled else { return }
    isInstalled = true
    let handler: @convention(c) (Int32) -> Void = { signal in
      FuzzWatch.report()
      _exit(128 + signal)
    }
    signal(SIGALRM, handler)
    if isSanitized {
      typealias SetCallback = @convention(c) (@convention(c) () -> Void) -> Void
      if let symbol = dlsym(nil, "__sanitizer_set_death_callback") {
        unsafeBitCast(symbol, to: SetCallback.self)({ FuzzWatch.report() })
      }
      for number in [SIGILL, SIGTRAP] { signal(number, handler) }
    } else {
      for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] { signal(number, handler) }
    }
  }
}
