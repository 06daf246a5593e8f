import FacetDiagnostics
import FacetFormat
import FacetFrames
import FacetTestSupport
import Testing

@testable import FacetData

@Suite struct FrameTests {
  @Test("A frame must have as many bytes as its size says")
  func size() {
    #expect(Frame(width: 1, height: 2, pixels: [1, 2, 3]) == nil)
    #expect(Frame(width: 0, height: 1, pixels: []) == nil)
    #expect(Frame(width: .max, height: .max, pixels: [1, 2, 3]) == nil)
  }

  @Test("Resizing gives HWC bytes in the colour order asked for")
  func resized() throws {
    let frame = try #require(Frame(width: 2, height: 1, pixels: [10, 20, 30, 10, 20, 30]))
    #expect(try frame.resized(width: 1, height: 2) == [10, 20, 30, 10, 20, 30])
    #expect(try frame.resized(width: 1, height: 1, color: .bgr) == [30, 20, 10])
    #expect(try frame.resized(width: 1, height: 1, color: .gray) == [18])
    #expect(try frame.resized(width: 2, height: 2, rule: .letterbox, color: .gray, fill: 1) == [18, 18, 1, 1])
  }

  @Test("A size or region that makes no sense is an error")
  func refused() throws {
    let frame = try #require(Frame(width: 2, height: 1, pixels: [10, 20, 30, 10, 20, 30]))
    #expect(code { () throws(FacetError) in try frame.resized(width: 0, height: 1) } == "data.frame.size")
    #expect(code { () throws(FacetError) in try frame.resized(width: .max, height: 1) } == "data.frame.size")
    let outside = FrameRegion(x: 1, y: 0, width: .max, height: 1)
    #expect(
      code { () throws(FacetError) in try frame.resized(width: 1, height: 1, region: outside) } == "data.frame.region")
  }
}
