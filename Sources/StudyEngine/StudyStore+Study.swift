extension StudyStore {
  /// The study as it was last run, whatever study file the user has now.
  /// - Throws: `StudyStoreError`, or `StudyFileError` if the stored study file is of another version.
  package func study() throws -> Study {
    let file = try studyFile()
    // A file without `study:` has its name from its path.
    return try StudyFile(text: file.text, path: "\(file.name).yaml", overrides: file.overrides).study()
  }

  /// Opens the folder's store to write, for the study that it has.
  /// - Throws: as `study`.
  package static func reopen(_ folder: StudyFolder) throws -> (study: Study, store: StudyStore) {
    let study = try StudyStore(reading: folder).study()
    return (study, try StudyStore(folder: folder, study: study, programVersion: ProgramVersion.current))
  }
}
