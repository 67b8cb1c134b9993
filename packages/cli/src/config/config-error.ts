/** A setting nobody can obey: an unknown key, a value of the wrong kind, a file that cannot be read. Exit status 3. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
