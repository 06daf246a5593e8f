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
    let limit =
      switch isa {
      case FACET_ISA_AVX2: FACET_LIMIT_AVX2
      case FACET_ISA_AVXVNNI: FACET_LIMIT_AVXVNNI
      case FACET_ISA_AVX512VNNI: FACET_LIMIT_AVX512VNNI
      default: FACET_LIMIT_SCALAR
      }
    int8GmacPerSecond = facet_peak_int8(limit) / 1e9
    float32GmacPerSecond = facet_peak_float32(limit) / 1e9
    bandwidthBytes = Self.buffers
    bandwidthGbPerSecond = Self.buffers.map { facet_read_bandwidth($0) / 1e9 }
  }
}
