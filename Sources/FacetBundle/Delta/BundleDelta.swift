import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetRuntime

/// The delta from one bundle to another.
package func makeBundleDelta(from old: Bundle, to new: Bundle) -> [UInt8] {
  makeDelta(from: Array(old.view.bytes), to: Array(new.view.bytes))
}

/// The bundle that a delta makes of another file.
///
/// - Throws: also where the result does not open: the delta was not made from bundles.
package func patchedBundle(_ old: String, delta: String) throws(FacetError) -> [UInt8] {
  let parent = try readFile(old, limit: DeltaFormat.maximumBytes)
  let result = try applyDelta(readFile(delta, limit: DeltaFormat.maximumBytes), to: parent, names: (delta: delta, parent: old))
  do { _ = try Bundle.opening(result) } catch { throw FacetError(error, file: delta) }
  return result
}
