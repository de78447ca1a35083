import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRegistration, type RegisteredCredential } from '@symbolon/openid4vc'
import type { Question } from '@symbolon/question'
import { developmentRelyingParty, openSigner, privateFolder, secretOnce, writePrivately } from '@symbolon/service'
import { tokenHash } from './relying_parties.ts'

const NAME = 'Synthetic relying party'
const ORGANISATION = 'NTRBE-0999999724'
const YEAR = 365 * 86_400

/** A relying party for development, allowed every question: made in the home, with its token in `verifier/token`. Answers the folder of relying parties. */
export async function developmentParties(
  home: string,
  url: string,
  questions: ReadonlyMap<string, Question>,
  now: number,
): Promise<string> {
  const parties = privateFolder(join(home, 'verifier', 'relying-parties'))
  const folder = privateFolder(join(parties, 'development'))
  const token = readFileSync(secretOnce(join(home, 'verifier', 'token')), 'utf8').trim()
  const { registrar } = await developmentRelyingParty(
    home,
    join(folder, 'access.pem'),
    { name: NAME, organisation: ORGANISATION, url },
    now,
  )
  const { signer, x5c } = openSigner({ key: registrar, chain: registrar }, () => now)
  const unsigned = createRegistration(
    {
      ...{ name: NAME, identifier: ORGANISATION, privacyPolicy: 'https://symbolon.example/privacy' },
      purpose: {
        nl: 'Nagaan of een sociaal recht geldt',
        fr: "Vérifier si un droit social s'applique",
        de: 'Prüfen, ob ein soziales Recht gilt',
        en: 'To find out whether a social right applies',
      },
      credentials: registered(questions),
      ...{ issuedAt: now, expires: now + YEAR },
    },
    { algorithm: signer.algorithm, x5c },
  )
  writePrivately(join(folder, 'registration.jwt'), `${unsigned.seal(await signer.sign(unsigned.input))}\n`)
  const file = join(folder, 'relying_party.json')
  // What somebody changed stays as it is, but for the token.
  const kept = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { name: NAME, enterprise_number: ORGANISATION, redirect_uris: [`${new URL(url).protocol}//localhost:4002/return`] }
  writePrivately(
    file,
    `${JSON.stringify({ ...kept, questions: kept.questions ?? [...questions.keys()], token_hash: tokenHash(token) }, null, 2)}\n`,
  )
  return parties
}

/** What all questions ask for together. */
const registered = (questions: ReadonlyMap<string, Question>): RegisteredCredential[] =>
  [...questions.values()].flatMap(({ query }) =>
    query.credentials.map(({ format, types = [], claims }) => ({ format, types, claims: claims.map(({ path }) => path) })),
  )
