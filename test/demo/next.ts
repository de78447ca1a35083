import { nationalNumber } from './walk.ts'

/** A path as a shell takes it for one word. */
const word = (path: string): string => (/^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)

/** Commands that work when copied, in the order in which they make sense; README.md has the same. */
export function next(url: string, folder: string): string {
  const { port, protocol } = new URL(url)
  const settings = [...(protocol === 'https:' ? ['SYMBOLON_TLS=dev'] : []), ...(port === '4000' ? [] : [`ISSUER_PORT=${port}`])]
  const home = word(folder)
  return `
The issuer stays up at ${url} (its calls: ${url}/docs; Ctrl-C ends it). To try next, in another terminal, in this folder:

export SYMBOLON_HOME=${home} SYMBOLON_PASSPHRASE_FILE=${home}/wallet-passphrase${settings.map((setting) => ` ${setting}`).join('')}
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
