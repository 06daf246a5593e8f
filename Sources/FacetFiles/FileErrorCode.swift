import FacetDiagnostics

/// The codes of what can be wrong with files of any kind, with zip archives, NumPy arrays and CSV tables, and what each means. The facts
/// (names, sizes) stand where the error is made.
package enum FileErrorCode: String, ErrorCode, CaseIterable {
  case fileName = "data.file.name"
  case fileMissing = "data.file.missing"
  case fileKind = "data.file.kind"
  case fileUnreadable = "data.file.unreadable"
  case fileUnwritable = "data.file.unwritable"
  case fileChanged = "data.file.changed"
  case fileTooLarge = "data.file.too-large"

  case folderTooLarge = "data.folder.too-large"

  case memory = "data.memory"

  case npyMagic = "data.npy.magic"
  case npyVersion = "data.npy.version"
  case npyHeader = "data.npy.header"
  case npyTruncated = "data.npy.truncated"
  case npyType = "data.npy.type"
  case npyOrder = "data.npy.order"
  case npyShape = "data.npy.shape"

  case zipMagic = "data.zip.magic"
  case zipDirectory = "data.zip.directory"
  case zipEntry = "data.zip.entry"
  case zipName = "data.zip.name"
  case zipUnsupported = "data.zip.unsupported"
  case zipMethod = "data.zip.method"
  case zipEncrypted = "data.zip.encrypted"
  case zipOverlap = "data.zip.overlap"
  case zipDuplicate = "data.zip.duplicate"
  case zipTooLarge = "data.zip.too-large"
  case zipSize = "data.zip.size"
  case zipTruncated = "data.zip.truncated"
  case zipCorrupt = "data.zip.corrupt"
  case zipCrc = "data.zip.crc"

  case npzEmpty = "data.npz.empty"
  case npzMissing = "data.npz.missing"

  case labelsEncoding = "data.labels.encoding"
  case labelsLineEnd = "data.labels.line-end"
  case labelsQuote = "data.labels.quote"
  case labelsColumns = "data.labels.columns"
}

extension FileErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .fileName:
      (
        "The name is not one that a file can have.",
        "It is empty, or holds a zero byte. Often a variable of a script is not set.",
        "Print the command as the shell runs it, and give a name."
      )
    case .fileMissing:
      (
        "There is no file or folder of that name.",
        "A name was mistyped, or the command runs in another folder than the name is relative to. Names in a recipe are relative to the recipe.",
        "Look with ls, and correct the name."
      )
    case .fileKind:
      (
        "The name belongs to something other than what is expected.",
        "A folder, a device or a pipe stands where a file is read or written, or something that is neither file nor folder is given as data.",
        "Name a file; for data, a file or a folder."
      )
    case .fileUnreadable:
      (
        "The file exists, but the system does not allow reading it.",
        "Permissions are missing, or the disk reports an error. The message includes the system's reason.",
        "Check the permissions with ls -l, and the disk where the reason is an input/output error."
      )
    case .fileUnwritable:
      (
        "The file cannot be written. What stood there before is untouched.",
        "Permissions are missing, the folder does not exist, the file system is read-only, or the disk is full. "
          + "The message includes the system's reason. A result is written beside its name first, so the folder must be writable.",
        "Make the folder, free space, or name a file elsewhere."
      )
    case .fileChanged:
      (
        "The file became shorter while it was read.",
        "Another program writes it at the same time, such as a copy or an export that is still running.",
        "Wait until the other program is done, and try again."
      )
    case .fileTooLarge:
      (
        "The file is larger than a file of its kind may be.",
        "A wrong file was named, or very many samples stand in one file.",
        "Check the name; split the file into several and give their folder."
      )
    case .folderTooLarge:
      (
        "The folder has too many entries.",
        "The whole folder is listed before the first sample is read, and that list is bounded.",
        "Split the folder, or list the wanted files in a labels.csv."
      )
    case .memory:
      (
        "The work needs more memory than is left.",
        "The machine, its container or a limit (ulimit -v) leaves less than what is known to be needed. The message says both and which it is.",
        "End other programs, raise the limit, or use a machine with more memory; scale images down, or give fewer at a time."
      )
    case .npyMagic:
      (
        "The file is not a .npy array.",
        "It has the name, but not the content: perhaps raw numbers, text, or an .npz archive.",
        "Write it with numpy.save(name, array)."
      )
    case .npyVersion:
      ("The .npy file has a version that is not supported.", "Versions 1.0 to 3.0 exist today.", "Write it with numpy.save.")
    case .npyHeader:
      (
        "The header of the .npy file is not what numpy writes.",
        "It was written by hand or by another program, holds a structured array, or is damaged.",
        "Load it with numpy, make a plain array of it, and save that with numpy.save."
      )
    case .npyTruncated:
      (
        "The .npy file ends before its data does.",
        "A copy or a save was interrupted; its header promises more than there is.",
        "Copy or save it again."
      )
    case .npyType:
      (
        "The elements of the .npy array have a type that is not used here.",
        "Inputs are uint8 (images) or float32 (ready for the network); float64 is converted. Integers of other sizes, booleans, "
          + "float16, complex numbers, big-endian numbers and objects are not taken.",
        "Save x.astype('<f4') for tensors, or x.astype('u1') for pixels."
      )
    case .npyOrder:
      (
        "The .npy array is stored in Fortran order.",
        "It was saved after a transpose, which numpy stores column by column.",
        "Save numpy.ascontiguousarray(x)."
      )
    case .npyShape:
      (
        "The shape of the .npy array cannot be read as samples.",
        "The first axis counts samples. uint8 arrays are images: samples x height x width x 3 (or 1); a channels-first uint8 array is not taken. "
          + "float32 arrays are samples x channels x height x width.",
        "Save x[None] for one sample, and x.transpose(0, 2, 3, 1) for uint8 images that have their channels first."
      )
    case .zipMagic:
      (
        "The file is not a zip archive.",
        "It has the ending .npz, but not the content: perhaps a single array, or a download that is a web page.",
        "Write it with numpy.savez(name, age=age, ...), or rename it if it is something else."
      )
    case .zipDirectory:
      (
        "The list of entries at the end of the archive is missing or damaged.",
        "A copy or a save was interrupted, or bytes were added after the end.",
        "Copy or write the file again."
      )
    case .zipEntry:
      ("An entry of the archive is damaged.", "Bytes were changed on the way.", "Copy or write the file again.")
    case .zipName:
      ("An entry of the archive has a name that cannot be used.", "It is empty or not UTF-8.", "Write the file again with plain names.")
    case .zipUnsupported:
      ("The archive is split over several files.", "A packing program was told to make volumes.", "Write it as one file.")
    case .zipMethod:
      (
        "An entry is compressed in a way that is not supported.",
        "It was not packed by numpy: entries are stored or deflated there.",
        "Write it with numpy.savez or numpy.savez_compressed."
      )
    case .zipEncrypted:
      ("An entry of the archive is encrypted.", "It was packed with a password.", "Write the file without one.")
    case .zipOverlap:
      (
        "Two entries of the archive share bytes.", "The file is damaged, or made to unpack to far more than it holds.",
        "Write the file again."
      )
    case .zipDuplicate:
      ("Two entries of the archive have the same name.", "Which one counts would be a guess.", "Write the file again, each array once.")
    case .zipTooLarge:
      (
        "The archive has more entries or bytes than are accepted.",
        "Sizes are checked before memory is taken, so a file that would unpack to far more than it holds is refused early.",
        "Save fewer arrays, or fewer samples, in one file."
      )
    case .zipSize:
      ("An entry does not have the size that the archive says.", "The file is damaged.", "Copy or write the file again.")
    case .zipTruncated:
      ("The compressed data of an entry ends early.", "A copy or a save was interrupted.", "Copy or write the file again.")
    case .zipCorrupt:
      ("The compressed data of an entry is damaged.", "Bytes were changed on the way.", "Copy or write the file again.")
    case .zipCrc:
      ("An entry does not have the checksum that was stored with it.", "Bytes were changed on the way.", "Copy or write the file again.")
    case .npzEmpty:
      (
        "There are no arrays in the archive or folder.",
        "It holds files of another kind, or the .npy files stand in a folder below it.",
        "Save one array for each attribute: numpy.savez(name, age=age, ...)."
      )
    case .npzMissing:
      ("The archive has no array of that name.", "It was changed while it was read.", "Try again.")
    case .labelsEncoding:
      (
        "labels.csv is not UTF-8 text.",
        "A spreadsheet saved it in another encoding, or it is not a CSV file at all.",
        "Save it as CSV UTF-8; 'iconv -t UTF-8' converts."
      )
    case .labelsLineEnd:
      (
        "The lines of labels.csv end with a carriage return alone.",
        "An old Macintosh program wrote it.",
        "Save it with LF or CRLF line ends."
      )
    case .labelsQuote:
      (
        "A quoted field of labels.csv is not well formed.",
        "A quote is not closed, stands in the middle of a plain field, or is followed by text.",
        "Quote the whole field, and double the quotes inside it."
      )
    case .labelsColumns:
      (
        "A column of labels.csv has no name, or there are too many.", "A comma too many in the first line.",
        "Name each column, or remove it."
      )
    }
  }
}

extension FacetError {
  /// - Parameter place: where in the file, such as "line 3, column age"; empty when the whole file is meant.
  package init(code: FileErrorCode, file: String, place: String = "", message: String, remedy: String) {
    self.init(Diagnostic(code: code, file: file, place: place.isEmpty ? nil : place, message: message, remedy: remedy))
  }
}
