import CMachineLimits
import FacetKernels
import FacetRuntime

/// What one core of this machine can do at most, measured when it is made (about a tenth of a second).
package struct MachineLimits: Encodable, Sendable {
  /// 10^9 multiply-accumulates a second with the instructions of a level; 0 where none are known for it.
  package var int8GmacPerSecond: Double
  package var float32GmacPerSecond: Double
  /// 10^9 bytes a second that one core reads from buffers of `bandwidthBytes`.
  package var bandwidthGbPerSecond: [Double]
  package var bandwidthBytes: [Int]

  /// Buffers that lie in the second cache, the third, and in memory, on most CPUs.
  private static let buffers = [256 << 10, 6 << 20, 192 << 20]

  package init(isa: facet_isa) {
    let level = facet_level_of(isa).name
    int8GmacPerSecond = level.map { facet_peak_int8($0) / 1e9 } ?? 0
    float32GmacPerSecond = level.map { facet_peak_float32($0) / 1e9 } ?? 0
    bandwidthBytes = Self.buffers
    bandwidthGbPerSecond = Self.buffers.map { facet_read_bandwidth($0) / 1e9 }
  }
}
