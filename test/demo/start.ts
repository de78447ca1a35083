/** `npm start`: the walk in the data folder and on the usual port, then an issuer that stays up and a list of what to try next. */
import { relative } from 'node:path'
import { SettingsError } from '@symbolon/service'
import { demonstrate, reason } from './demonstration.ts'
import { nationalNumber } from './walk.ts'

try {
  const { url, home, close } = await demonstrate(process.env, console.log)
  console.log(next(url, relative(process.cwd(), home) || '.'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close().then(() => process.exit(0)))
} catch (error) {
  console.error(`The demonstration failed: ${reason(error)}`)
  process.exitCode = error instanceof SettingsError ? 78 : 1
}

/** Commands that work when copied, in the order in which they make sense; README.md has the same. */
function next(url: string, home: string): string {
  const { port } = new URL(url)
  return `
The issuer stays up at ${url} (its calls: ${url}/docs; Ctrl-C ends it). To try next, in another terminal, in this folder:

export SYMBOLON_HOME=${home} SYMBOLON_PASSPHRASE_FILE=${home}/wallet-passphrase${port === '4000' ? '' : ` ISSUER_PORT=${port}`}
echo ${nationalNumber('P02')} > ${home}/number.txt
npx symbolon-issuer offer be-social-statute ${home}/number.txt | npx symbolon-wallet receive - --yes
id=$(npx symbolon-wallet list | tail -n 1 | cut -d ' ' -f 1)
npx symbolon-wallet show $id
npx symbolon-wallet present $id --aud https://desk.example --nonce 7hQ2 --show statutes.increased_reimbursement --out ${home}/shown.txt
npx symbolon-verifier bundle fetch ${url}/bundle --out ${home}/bundle.json
npx symbolon-verifier check ${home}/shown.txt --bundle ${home}/bundle.json --aud https://desk.example --nonce 7hQ2

issuance=$(npx symbolon-issuer status --subject ${home}/number.txt | head -n 1 | cut -d ' ' -f 1)
npx symbolon-issuer status $issuance revoked --reason "the right has ended"
npx symbolon-verifier bundle fetch ${url}/bundle --out ${home}/bundle.json
npx symbolon-verifier check ${home}/shown.txt --bundle ${home}/bundle.json --aud https://desk.example --nonce 7hQ2 || echo "exit $?"`
}
