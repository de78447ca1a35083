import { nationalNumber } from './telling.ts'

/** A path as a shell takes it for one word. */
const word = (path: string): string => (/^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)

/** Commands that work when copied, in the order in which they make sense; README.md has the same. */
export function next({ url, verifierUrl }: { readonly url: string; readonly verifierUrl: string }, folder: string): string {
  const { port, protocol } = new URL(url)
  const { port: verifierPort } = new URL(verifierUrl)
  const settings = [
    ...(protocol === 'https:' ? ['SYMBOLON_TLS=dev'] : []),
    ...(port === '4000' ? [] : [`ISSUER_PORT=${port}`]),
    ...(verifierPort === '4001' ? [] : [`VERIFIER_PORT=${verifierPort}`]),
  ]
  const home = word(folder)
  return `
The issuer stays up at ${url} (its calls: ${url}/docs), the verifier at ${verifierUrl} (${verifierUrl}/openapi.json); Ctrl-C ends both. To try next, in another terminal, in this folder:

export SYMBOLON_HOME=${home} SYMBOLON_PASSPHRASE_FILE=${home}/wallet-passphrase${settings.map((setting) => ` ${setting}`).join('')}
echo ${nationalNumber('P02')} > ${home}/number.txt
npx symbolon-issuer offer be-social-statute ${home}/number.txt --codes | npx symbolon-wallet receive - --yes
id=$(npx symbolon-wallet list | tail -n 3 | head -n 1 | cut -d ' ' -f 1) paper=$(npx symbolon-wallet list | tail -n 1 | cut -d ' ' -f 1)
npx symbolon-wallet show $id
npx symbolon-wallet present $id --aud https://desk.example --nonce 7hQ2 --show statutes.increased_reimbursement --out ${home}/shown.txt
npx symbolon-verifier bundle fetch ${url}/bundle --out ${home}/bundle.json
npx symbolon-verifier check ${home}/shown.txt --bundle ${home}/bundle.json --aud https://desk.example --nonce 7hQ2

npx symbolon-verifier challenge social-energy-tariff --out ${home}/challenge.txt
npx symbolon-wallet code --challenge ${home}/challenge.txt --yes --unverified --png ${home}/code.png > ${home}/code.txt
npx symbolon-verifier check ${home}/code.txt --challenge ${home}/challenge.txt --bundle ${home}/bundle.json || echo "exit $?"
npx symbolon-wallet code --question train-reduction > ${home}/code.txt
npx symbolon-verifier check ${home}/code.txt --question train-reduction --bundle ${home}/bundle.json || echo "exit $?"
npx symbolon-wallet code --question train-reduction $paper > ${home}/paper.txt
npx symbolon-verifier check ${home}/paper.txt --question train-reduction --bundle ${home}/bundle.json

npx symbolon-verifier ask museum-reduced-price > ${home}/answer.txt 2> ${home}/link.txt &
until grep -q openid4vp: ${home}/link.txt; do sleep 1; done
npx symbolon-wallet present "$(grep openid4vp: ${home}/link.txt)" --credential $id --dry-run
npx symbolon-wallet present "$(grep openid4vp: ${home}/link.txt)" --credential $id --yes
wait; cat ${home}/answer.txt
npx symbolon-wallet history

issuance=$(npx symbolon-issuer status --subject ${home}/number.txt --type be-social-statute | head -n 1 | cut -d ' ' -f 1)
npx symbolon-issuer status $issuance revoked --reason "the right has ended"
npx symbolon-verifier bundle fetch ${url}/bundle --out ${home}/bundle.json
npx symbolon-verifier check ${home}/shown.txt --bundle ${home}/bundle.json --aud https://desk.example --nonce 7hQ2 || echo "exit $?"
npx symbolon-verifier check ${home}/paper.txt --bundle ${home}/bundle.json || echo "exit $?"`
}
