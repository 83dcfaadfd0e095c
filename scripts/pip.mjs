import { spawnSync } from 'node:child_process'

/** Downloads a wheel from PyPI into the folder, without what it depends on; true if it did. */
export function downloadWheel(wheel, folder) {
  const python = process.platform === 'win32' ? 'python' : 'python3'
  const how = ['--quiet', '--no-deps', '--only-binary', ':all:', '--dest', folder]
  return (
    spawnSync(python, ['-m', 'pip', 'download', ...how, wheel], {
      stdio: ['ignore', 'inherit', 'inherit'],
    }).status === 0
  )
}
