import CFacet
import FacetRuntime

func report(_ error: BundleError, to out: UnsafeMutablePointer<facet_error>?) {
  out?.pointee = facet_error(
    domain: 1, code: error.fault.rawValue, section: error.section, fragment: error.fragment, instruction: error.instruction,
    item: error.item, message: characters(error.fault.message))
}

func report(_ error: SessionError, to out: UnsafeMutablePointer<facet_error>?) {
  out?.pointee = facet_error(
    domain: 2, code: error.rawValue, section: -1, fragment: -1, instruction: -1, item: -1, message: characters(error.message))
}

func reportSuccess(to out: UnsafeMutablePointer<facet_error>?) {
  out?.pointee = facet_error(domain: 0, code: 0, section: -1, fragment: -1, instruction: -1, item: -1, message: characters(""))
}

/// A literal's bytes, which end with a zero and live as long as the program.
func characters(_ text: StaticString) -> UnsafePointer<CChar> {
  UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

func give(_ bytes: UnsafeRawBufferPointer?, _ length: UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar>? {
  length?.pointee = bytes?.count ?? 0
  return bytes?.baseAddress?.assumingMemoryBound(to: CChar.self)
}

/// Runs `body` on the session of a handle: 1, or 0 and the error.
func perform(
  _ handle: OpaquePointer?, _ out: UnsafeMutablePointer<facet_error>?, _ body: (Session) throws(SessionError) -> Void
) -> Int32 {
  do throws(SessionError) {
    guard let session = handle.session else { throw .noInput }
    try body(session)
    reportSuccess(to: out)
    return 1
  } catch {
    report(error, to: out)
    return 0
  }
}
