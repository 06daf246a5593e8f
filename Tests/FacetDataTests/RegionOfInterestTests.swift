import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetFrames
import FacetTestSupport
import Testing

@testable import FacetData

@Suite struct RegionOfInterestTests {
  /// 4 x 2 pixels whose red counts from 0 and whose blue is the row.
  private static let ppm = Array("P6 4 2 255\n".utf8) + (0..<8).flatMap { [UInt8($0), 0, UInt8($0 / 4)] }

  /// The region of each sample of a table for one image.
  private func regions(_ table: String, _ roi: RegionOfInterest = RegionOfInterest()) throws -> [FrameRegion?] {
    let folder = try TemporaryFolder()
    try folder.add("a.ppm", Self.ppm)
    try folder.add("labels.csv", Array(table.utf8))
    let set = try Dataset.open(path: folder.path, roi: roi)
    return try (0..<set.count).map { index in
      guard case .frame(_, _, let region) = try set.sample(index) else { return nil }
      return region
    }
  }

  private func error(_ table: String, _ roi: RegionOfInterest = RegionOfInterest()) -> FacetError? {
    do {
      _ = try regions(table, roi)
      return nil
    } catch { return error as? FacetError }
  }

  @Test("Four columns give each sample its region, clipped to the image and rounded to pixels; empty fields mean all of it")
  func columns() throws {
    let table = "file,roi_x,roi_y,roi_w,roi_h\na.ppm,1,0,2,2\na.ppm,,,,\na.ppm,-3,1,5,9\na.ppm,0.6,0,1.4,1e0\n"
    #expect(
      try regions(table) == [
        FrameRegion(x: 1, y: 0, width: 2, height: 2), nil, FrameRegion(x: 0, y: 1, width: 2, height: 1),
        FrameRegion(x: 1, y: 0, width: 1, height: 1),
      ])
    #expect(try regions("file,age\na.ppm,1\n") == [nil])
  }

  @Test("The recipe's names take the place of the usual ones, and a fixed region that of all columns")
  func names() throws {
    let table = "file,left,top,wide,high,roi_x,roi_y,roi_w,roi_h\na.ppm,2,1,1,1,0,0,4,1\n"
    #expect(
      try regions(table, RegionOfInterest(columns: ["left", "top", "wide", "high"])) == [FrameRegion(x: 2, y: 1, width: 1, height: 1)])
    let fixed = try RegionOfInterest(text: "3,0,9,9")
    #expect(try regions(table, fixed) == [FrameRegion(x: 3, y: 0, width: 1, height: 2)])
  }

  @Test("Missing columns, values that are none, and regions outside the image are errors with their place")
  func refused() {
    #expect(error("file,roi_x,roi_y,roi_w\na.ppm,1,1,1\n")?.message == "no column 'roi_h'")
    #expect(error("file,age\na.ppm,1\n", RegionOfInterest(columns: ["x", "y", "w", "h"]))?.code == "data.roi.columns")
    let head = "file,roi_x,roi_y,roi_w,roi_h\n"
    for (row, column) in [
      ("a.ppm,x,0,1,1", "roi_x"), ("a.ppm,0,,1,1", "roi_y"), ("a.ppm,0,0,0,1", "roi_w"), ("a.ppm,0,0,1,-2", "roi_h"),
      ("a.ppm,0,0,1,1e300", "roi_h"), ("a.ppm,nan,0,1,1", "roi_x"),
    ] {
      let error = error(head + "a.ppm,0,0,2,1\n" + row + "\n")
      #expect(error?.code == "data.roi.value" && error?.place == "line 3, column \(column)", "\(row)")
    }
    let outside = error(head + "a.ppm,4,0,2,2\n")
    #expect(
      outside?.code == "data.roi.outside" && outside?.place == "line 2, a.ppm" && outside?.file.hasSuffix("/labels.csv") == true)
    let fixed = error(head + "a.ppm,0,0,2,2\n", (try? RegionOfInterest(text: "4,0,2,2")) ?? RegionOfInterest())
    #expect(fixed?.place == "a.ppm" && fixed?.file.hasSuffix("/labels.csv") == false)
    #expect(outside?.message == "the region of 2 x 2 pixels at 4, 0 lies outside the image of 4 x 2")
  }

  @Test("A tensor has no region; an image out of a tensor has")
  func tensors() throws {
    let folder = try TemporaryFolder()
    let roi = try RegionOfInterest(text: "0,0,2,1")
    try #require(NPYArray(shape: [1, 1, 2, 1], elements: .uint8([5, 6]))).write(to: folder.path + "/a.npy")
    let images = try Dataset.open(path: folder.path + "/a.npy", roi: roi)
    let frame = try #require(Frame(width: 2, height: 1, pixels: [5, 5, 5, 6, 6, 6]))
    #expect(try images.sample(0) == .frame(frame, name: "a.npy", region: FrameRegion(x: 0, y: 0, width: 2, height: 1)))
    try #require(NPYArray(shape: [1, 2], elements: .float32([5, 6]))).write(to: folder.path + "/b.npy")
    let tensors = try Dataset.open(path: folder.path + "/b.npy", roi: roi)
    #expect(code { () throws(FacetError) in try tensors.sample(0) } == "data.roi.tensor")
  }

  @Test("A text is a region where it is four numbers and the last two are sizes; fractions become the nearest pixels")
  func text() throws {
    #expect(try RegionOfInterest(text: "-1,2,3,4").fixed == FrameRegion(x: -1, y: 2, width: 3, height: 4))
    #expect(try RegionOfInterest(text: "-0.6,2.4,2.5,4e0").fixed == FrameRegion(x: -1, y: 2, width: 3, height: 4))
    for text in ["", "1,2,3", "1,2,3,4,5", "1,2,0,4", "1,2,3,-4", "1, 2,3,4", "1,2,0.4,4", "nan,0,1,1", "9999999999,0,1,1", "a,b,c,d"] {
      #expect(throws: RegionOfInterest.TextFault.form, "\(text)") { try RegionOfInterest(text: text) }
    }
  }

  @Test(
    "Four numbers of 1 at most are shares of the sides, not the one pixel of the corner",
    arguments: ["0.1,0.2,0.5,0.6", "0,0,1,1", "-0.05,0,1,0.3"])
  func shares(_ text: String) {
    #expect(throws: RegionOfInterest.TextFault.shares) { try RegionOfInterest(text: text) }
    let found = error("file,roi_x,roi_y,roi_w,roi_h\na.ppm,0,0,2,1\na.ppm,\(text)\n")
    #expect(found?.code == "data.roi.value" && found?.place == "line 3, columns roi_x, roi_y, roi_w, roi_h")
    #expect(found?.remedy.contains("in pixels") == true)
  }

  /// A real PNG of 5 x 3, its pixels known; the middle is 3 x 3 at (1, 0).
  @Test("An image that is not square meets each resize rule as worked out by hand, whole and with a region")
  func rules() throws {
    let frame = try ImageDecoder.decode(ImageCases.rgb, name: "x")
    func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(ImageCases.rgbPixels[3 * (5 * y + x)..<3 * (5 * y + x) + 3]) }
    func rows(_ xs: [Int?], _ ys: [Int?], fill: UInt8 = 9) -> [UInt8] {
      ys.flatMap { y in xs.flatMap { x in x.flatMap { x in y.map { pixel(x, $0) } } ?? [fill, fill, fill] } }
    }
    // 5 x 3 into 3 x 3: crop keeps columns 1 ... 3. Into 5 x 5, letterbox fills a row above and one below.
    #expect(try frame.resized(width: 3, height: 3, rule: .crop) == rows([1, 2, 3], [0, 1, 2]))
    #expect(try frame.resized(width: 5, height: 5, rule: .letterbox, fill: 9) == rows([0, 1, 2, 3, 4], [nil, 0, 1, 2, nil]))
    // Of the region 4 x 2 at (1, 1): its middle two columns; filled to 4 x 4; and, stretched to 4 x 1, the mean of two rows.
    let region = FrameRegion(x: 1, y: 1, width: 4, height: 2)
    #expect(try frame.resized(width: 2, height: 2, rule: .crop, region: region) == rows([2, 3], [1, 2]))
    #expect(try frame.resized(width: 4, height: 4, rule: .letterbox, fill: 9, region: region) == rows([1, 2, 3, 4], [nil, 1, 2, nil]))
    let means = (1...4).flatMap { x in zip(pixel(x, 1), pixel(x, 2)).map { UInt8((Int($0) + Int($1) + 1) / 2) } }
    #expect(try frame.resized(width: 4, height: 1, rule: .stretch, region: region) == means)
  }
}
