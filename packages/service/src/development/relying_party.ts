import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivately } from '../files.ts'
import { openSigner } from '../signers/index.ts'
import { authoritiesOnce, MONTH, maker, YEAR } from './authority.ts'

/** What a relying party of development has: the file with its key and access certificate, and a way to have its registration signed. */
export interface RelyingPartyFiles {
  readonly access: string
  /** The signer of the development registrar. */
  readonly registrar: string
}

/**
 * An access certificate for an organisation of that name and number, at a verifier with that address, and the registrar of the home.
 *
 * Made once; renewed when they end soon or are for another address. `now` in seconds.
 */
export async function developmentRelyingParty(
  home: string,
  path: string,
  { name, organisation, url }: { readonly name: string; readonly organisation: string; readonly url: string },
  now: number,
): Promise<RelyingPartyFiles> {
  const folder = await authoritiesOnce(home, now)
  await renewed(path, join(folder, 'access'), `O=${name}, 2.5.4.97=${organisation}`, url, now)
  const registrar = join(folder, 'registration', 'signer.pem')
  await renewed(registrar, join(folder, 'registration'), 'O=Symbolon development, CN=development registrar', url, now)
  openSigner({ key: path, chain: path }, () => now)
  return { access: path, registrar }
}

async function renewed(path: string, folder: string, subject: string, url: string, now: number): Promise<void> {
  if (existsSync(path) && isGood(path, url, now)) return
  const { certify } = await maker()
  const authority = readFileSync(join(folder, 'authority.pem'), 'utf8')
  writePrivately(path, await certify({ subject, now, days: YEAR, addresses: [url] }, authority))
}

function isGood(path: string, url: string, now: number): boolean {
  try {
    const { validToDate, subjectAltName = '' } = new X509Certificate(readFileSync(path))
    return validToDate.getTime() / 1000 > now + MONTH && subjectAltName.split(', ').includes(`URI:${url}`)
  } catch {
    return false
  }
}
