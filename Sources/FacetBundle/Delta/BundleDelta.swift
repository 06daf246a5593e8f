import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetRuntime

/// The delta from one bundle to another.
///
/// - Throws: where one of them is not what was compiled: boards would get the damage.
package func makeBundleDelta(from old: Bundle, to new: Bundle, names: (old: String, new: String)) throws(FacetError) -> [UInt8] {
  for (bundle, name) in [(old, names.old), (new, names.new)] {
    do { try bundle.verifyHashes() } catch { throw FacetError(error, file: name) }
  }
  return makeDelta(from: Array(old.view.bytes), to: Array(new.view.bytes))
}

/// The bundle that a delta makes of another file.
///
/// - Throws: also where the result does not open, or is damaged: the delta was not made from whole bundles.
package func patchedBundle(_ old: String, delta: String) throws(FacetError) -> [UInt8] {
  let parent = try readFile(old, limit: DeltaFormat.maximumBytes)
  let result = try applyDelta(readFile(delta, limit: DeltaFormat.maximumBytes), to: parent, names: (delta: delta, parent: old))
  do { try Bundle.opening(result).verifyHashes() } catch { throw FacetError(error, file: delta) }
  return result
}
