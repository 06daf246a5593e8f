import FacetDiagnostics

/// Where the central directory of a zip archive lies, and what stands in it (APPNOTE 6.3, sections 4.3.12 to 4.3.16, 4.5.3).
struct ZipDirectory {
  let offset: Int
  private let byteCount: Int
  private let entryCount: Int

  /// Finds the record at the end of the file, and the 64-bit one before it, which PyTorch writes in small files too.
  init(_ file: InputFile) throws(FacetError) {
    func problem(_ code: FileErrorCode, _ message: String, _ remedy: String = ZipArchive.writeAgain) -> FacetError {
      ZipArchive.problem(file.path, "", code, message, remedy)
    }
    // 22 bytes and a comment of at most 65535.
    let tailCount = min(file.byteCount, 22 + 0xffff)
    let tail = try file.readArray(of: UInt8.self, count: tailCount, at: file.byteCount - tailCount, zero: 0)
    guard let end = (0..<max(0, tailCount - 21)).reversed().first(where: { Self.isEnd(tail, $0) }) else {
      let starts = try file.readArray(of: UInt8.self, count: min(4, file.byteCount), at: 0, zero: 0) == [0x50, 0x4b, 3, 4]
      throw starts
        ? problem(.zipDirectory, "the file ends before the list of its entries", "It is incomplete; copy or write it again.")
        : problem(.zipMagic, "not a zip archive", "Write it with numpy.savez, or rename it if it is something else.")
    }
    var reader = LittleEndian(tail, at: end + 4)
    var disk = reader.u16()
    let directoryDisk = reader.u16()
    _ = reader.u16()
    var count = UInt64(reader.u16())
    var size = UInt64(reader.u32())
    var start = UInt64(reader.u32())
    var directoryEnd = file.byteCount - tailCount + end
    if directoryEnd >= 20 {
      let locator = try file.readArray(of: UInt8.self, count: 20, at: directoryEnd - 20, zero: 0)
      if locator.starts(with: [0x50, 0x4b, 6, 7]) {
        var reader = LittleEndian(locator, at: 8)
        let place = reader.u64()
        guard directoryEnd >= 76, place <= UInt64(directoryEnd - 76) else {
          throw problem(.zipDirectory, "its 64-bit end record is missing")
        }
        let record = try file.readArray(of: UInt8.self, count: 56, at: Int(place), zero: 0)
        guard record.starts(with: [0x50, 0x4b, 6, 6]) else { throw problem(.zipDirectory, "its 64-bit end record is missing") }
        reader = LittleEndian(record, at: 32)
        disk = record[16..<24].allSatisfy { $0 == 0 } ? 0 : 1
        count = reader.u64()
        size = reader.u64()
        start = reader.u64()
        directoryEnd = Int(place)
      }
    }
    guard disk == 0 || disk == 0xffff, directoryDisk == 0 || directoryDisk == 0xffff else {
      throw problem(.zipUnsupported, "an archive split over several files", "Join it to one file.")
    }
    guard start <= UInt64(directoryEnd), size == UInt64(directoryEnd) - start else {
      throw problem(
        .zipDirectory, "its directory of \(size) bytes at \(start) does not end where the end record begins, at \(directoryEnd)")
    }
    guard size <= UInt64(ZipArchive.maximumDirectoryBytes), count <= UInt64(ZipArchive.maximumEntries) else {
      throw problem(
        .zipTooLarge,
        "\(count) entries in a directory of \(size) bytes; the limits are \(ZipArchive.maximumEntries) and "
          + "\(ZipArchive.maximumDirectoryBytes)", "Save fewer arrays in one file.")
    }
    offset = Int(start)
    byteCount = Int(size)
    entryCount = Int(count)
  }

  /// An end record with a comment that fills the rest of the file.
  private static func isEnd(_ tail: [UInt8], _ at: Int) -> Bool {
    tail[at] == 0x50 && tail[at + 1] == 0x4b && tail[at + 2] == 5 && tail[at + 3] == 6
      && at + 22 + Int(tail[at + 20]) + Int(tail[at + 21]) << 8 == tail.count
  }

  func entries(_ file: InputFile) throws(FacetError) -> [ZipEntry] {
    let bytes = try file.readArray(of: UInt8.self, count: byteCount, at: offset, zero: 0)
    var reader = LittleEndian(bytes, at: 0)
    var entries: [ZipEntry] = []
    while reader.at < bytes.count {
      guard let entry = try Self.entry(&reader, file.path, before: offset) else {
        throw ZipArchive.problem(
          file.path, "", .zipEntry, "the directory's record of entry \(entries.count + 1) is damaged", ZipArchive.writeAgain)
      }
      entries.append(entry)
    }
    guard entries.count == entryCount else {
      throw ZipArchive.problem(
        file.path, "", .zipDirectory, "\(entries.count) entries, but its end record counts \(entryCount)", ZipArchive.writeAgain)
    }
    return entries
  }

  /// Nil where the record is damaged.
  private static func entry(_ reader: inout LittleEndian, _ path: String, before directory: Int) throws(FacetError) -> ZipEntry? {
    guard reader.left >= 46, reader.u32() == 0x0201_4b50 else { return nil }
    reader.at += 4
    let flags = reader.u16()
    let method = reader.u16()
    reader.at += 4
    let crc = reader.u32()
    var stored = UInt64(reader.u32())
    var size = UInt64(reader.u32())
    let nameCount = Int(reader.u16())
    let extraCount = Int(reader.u16())
    let commentCount = Int(reader.u16())
    reader.at += 8
    var offset = UInt64(reader.u32())
    guard reader.left >= nameCount + extraCount + commentCount else { return nil }
    let nameBytes = Array(reader.bytes[reader.at..<reader.at + nameCount])
    var extra = LittleEndian(Array(reader.bytes[reader.at + nameCount..<reader.at + nameCount + extraCount]), at: 0)
    reader.at += nameCount + extraCount + commentCount
    while extra.left >= 4 {
      let kind = extra.u16()
      let next = Int(extra.u16()) + extra.at
      guard next <= extra.bytes.count else { return nil }
      // Zip64: only the numbers that do not fit above, in this order.
      if kind == 1 {
        if size == 0xffff_ffff { size = extra.u64() }
        if stored == 0xffff_ffff { stored = extra.u64() }
        if offset == 0xffff_ffff { offset = extra.u64() }
        guard extra.at <= next else { return nil }
      }
      extra.at = next
    }
    guard let name = String(validating: nameBytes, as: UTF8.self), !nameBytes.isEmpty, !nameBytes.contains(0) else {
      throw ZipArchive.problem(
        path, String(decoding: nameBytes, as: UTF8.self), .zipName, "its name is empty or not UTF-8",
        "Write the file again with plain names."
      )
    }
    guard offset <= UInt64(directory), directory - Int(offset) >= 30 + nameCount, let size = Int(exactly: size),
      let stored = Int(exactly: stored)
    else { throw ZipArchive.problem(path, name, .zipSize, "its place or size lies beyond the file", ZipArchive.writeAgain) }
    let entry = ZipEntry(
      name: name, byteCount: size, storedByteCount: stored, crc32: crc, method: method, flags: flags, offset: Int(offset),
      nameBytes: nameBytes, end: directory)
    if let fault = entry.sizeProblem { throw ZipArchive.problem(path, name, .zipSize, fault, ZipArchive.writeAgain) }
    return entry
  }
}

/// Little-endian numbers out of bytes; 0 beyond their end.
struct LittleEndian {
  let bytes: [UInt8]
  var at: Int

  init(_ bytes: [UInt8], at: Int) {
    self.bytes = bytes
    self.at = at
  }

  var left: Int { bytes.count - at }

  mutating func u16() -> UInt16 { UInt16(truncatingIfNeeded: number(2)) }
  mutating func u32() -> UInt32 { UInt32(truncatingIfNeeded: number(4)) }
  mutating func u64() -> UInt64 { number(8) }

  private mutating func number(_ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count where at + index < bytes.count { value |= UInt64(bytes[at + index]) << UInt64(8 * index) }
    at += count
    return value
  }
}
