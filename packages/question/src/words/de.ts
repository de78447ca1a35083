import type { QuestionSentences } from './index.ts'

export const de: QuestionSentences = {
  access_denied: 'Die Person hat nicht zugestimmt, oder sie hat nichts, das die Frage beantwortet. Bitten Sie um einen anderen Nachweis.',
  answer_no: 'Nach den Quellen war die Antwort am {on} nein.',
  answer_yes: 'Nach den Quellen war die Antwort am {on} ja.',
  asked_authority_missing: 'Der Nachweis kommt von keiner der gefragten Stellen. Bitten Sie die Person um einen anderen.',
  asked_binding_missing:
    'Der Nachweis ist an niemanden gebunden und kann daher eine Kopie sein. Bitten Sie um einen, der an die Wallet der Person gebunden ist.',
  asked_claim_missing: 'Was gefragt war, wurde nicht gezeigt: {path}. Bitten Sie die Person, es noch einmal zu versuchen und es zu zeigen.',
  asked_format_missing:
    'Es wurde ein Nachweis in anderer Form gezeigt als gefragt ({found} statt {asked}). Bitten Sie die Person, eine andere Wallet zu verwenden.',
  asked_type_missing:
    'Es wurde ein anderer Nachweis gezeigt als gefragt ({found} statt {asked}). Bitten Sie die Person, den richtigen zu wählen.',
  asked_value_missing: 'Es wurde mit einem anderen Wert gezeigt als gefragt: {path}. Fragen Sie noch einmal.',
  claim_not_shown:
    'Was gezeigt wurde, genügt nicht, um die Frage zu beantworten: Ein Teil wurde nicht gezeigt, oder seine Quelle kann es nicht sagen.',
  form_too_weak:
    'Es wurde in einer Form gezeigt, die für diese Frage zu schwach ist: jemand anderes könnte es noch einmal zeigen. Bitten Sie die Person, auf eine Abfrage zu antworten oder, wo die Frage das annimmt, einen Code auf einem Bildschirm zu zeigen.',
  invalid_client:
    'Die Wallet vertraut dem Fragenden nicht. Bitten Sie um einen anderen Nachweis; der Betreiber dieses Dienstes muss sein Zertifikat und seine Registrierung prüfen.',
  invalid_request:
    'Die Wallet kann mit dieser Anfrage nichts anfangen. Bitten Sie um einen anderen Nachweis; der Betreiber dieses Dienstes muss die Anfrage prüfen.',
  invalid_request_uri_method:
    'Die Wallet kann mit dieser Anfrage nichts anfangen. Bitten Sie um einen anderen Nachweis; der Betreiber dieses Dienstes muss die Anfrage prüfen.',
  invalid_scope:
    'Die Wallet kann mit dieser Anfrage nichts anfangen. Bitten Sie um einen anderen Nachweis; der Betreiber dieses Dienstes muss die Anfrage prüfen.',
  invalid_transaction_data:
    'Die Wallet kann mit dieser Anfrage nichts anfangen. Bitten Sie um einen anderen Nachweis; der Betreiber dieses Dienstes muss die Anfrage prüfen.',
  nothing_shown: 'Es wurde nichts gezeigt.',
  paper_not_taken:
    'Es wurde auf Papier gezeigt, und diese Frage nimmt kein Papier an. Bitten Sie die Person, es mit der Wallet zu zeigen, oder um einen anderen Nachweis.',
  query_not_answered: 'Nicht alles, was gefragt war, wurde gezeigt. Bitten Sie die Person, es noch einmal zu versuchen.',
  query_not_asked: 'Es wurde etwas gezeigt, was nicht gefragt war. Bitten Sie die Person, es noch einmal zu versuchen.',
  server_error: 'Die Wallet hat einen Fehler. Bitten Sie die Person, es noch einmal zu versuchen, oder um einen anderen Nachweis.',
  temporarily_unavailable:
    'Die Wallet kann jetzt nicht antworten. Bitten Sie die Person, es später noch einmal zu versuchen, oder um einen anderen Nachweis.',
  unauthorized_client:
    'Die Wallet nimmt eine solche Anfrage von diesem Fragenden nicht an. Bitten Sie um einen anderen Nachweis; der Betreiber dieses Dienstes muss seine Registrierung prüfen.',
  unsupported_response_type:
    'Die Wallet kann mit dieser Anfrage nichts anfangen. Bitten Sie um einen anderen Nachweis; der Betreiber dieses Dienstes muss die Anfrage prüfen.',
  vp_formats_not_supported:
    'Die Wallet kennt keinen Nachweis in der Form, nach der gefragt wird. Bitten Sie die Person, es mit einer anderen Wallet zu versuchen, oder um einen anderen Nachweis.',
  wallet_unavailable:
    'Es gab keine Wallet, die antworten konnte. Bitten Sie die Person, ihre zu öffnen und es noch einmal zu versuchen, oder um einen anderen Nachweis.',
}
