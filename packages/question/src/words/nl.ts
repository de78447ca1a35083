import type { QuestionSentences } from './index.ts'

export const nl: QuestionSentences = {
  access_denied: 'De persoon ging niet akkoord, of heeft niets dat de vraag beantwoordt. Vraag een ander bewijs.',
  answer_no: 'Volgens de bronnen was het antwoord nee op {on}.',
  answer_yes: 'Volgens de bronnen was het antwoord ja op {on}.',
  asked_authority_missing: 'Het bewijs komt niet van een van de gevraagde instanties. Vraag de persoon een ander bewijs.',
  asked_binding_missing:
    'Het bewijs is aan niemand gebonden en kan dus een kopie zijn. Vraag de persoon een bewijs dat aan zijn wallet gebonden is.',
  asked_claim_missing: 'Wat gevraagd werd is niet getoond: {path}. Vraag de persoon om opnieuw te proberen en het te tonen.',
  asked_format_missing:
    'Er is een bewijs in een andere vorm getoond dan gevraagd ({found} in plaats van {asked}). Vraag de persoon een andere wallet te gebruiken.',
  asked_type_missing: 'Er is een ander bewijs getoond dan gevraagd ({found} in plaats van {asked}). Vraag de persoon het juiste te kiezen.',
  asked_value_missing: 'Het is getoond met een andere waarde dan gevraagd: {path}. Vraag het opnieuw.',
  claim_not_shown: 'Wat getoond is volstaat niet om de vraag te beantwoorden: een deel is niet getoond, of de bron kan het niet zeggen.',
  form_too_weak:
    'Het werd getoond in een vorm die te zwak is voor deze vraag: iemand anders zou het opnieuw kunnen tonen. Vraag de persoon op een uitdaging te antwoorden of, waar de vraag dat aanvaardt, een code op een scherm te tonen.',
  invalid_client:
    'De wallet vertrouwt de vrager niet. Vraag een ander bewijs; wie deze dienst beheert, moet het certificaat en de registratie nakijken.',
  invalid_request: 'De wallet kan niets met dit verzoek. Vraag een ander bewijs; wie deze dienst beheert, moet het verzoek nakijken.',
  invalid_request_uri_method:
    'De wallet kan niets met dit verzoek. Vraag een ander bewijs; wie deze dienst beheert, moet het verzoek nakijken.',
  invalid_scope: 'De wallet kan niets met dit verzoek. Vraag een ander bewijs; wie deze dienst beheert, moet het verzoek nakijken.',
  invalid_transaction_data:
    'De wallet kan niets met dit verzoek. Vraag een ander bewijs; wie deze dienst beheert, moet het verzoek nakijken.',
  nothing_shown: 'Er is niets getoond.',
  paper_not_taken:
    'Het werd op papier getoond, en deze vraag aanvaardt geen papier. Vraag de persoon het met de wallet te tonen, of vraag een ander bewijs.',
  query_not_answered: 'Niet alles wat gevraagd werd is getoond. Vraag de persoon om opnieuw te proberen.',
  query_not_asked: 'Er is iets getoond dat niet gevraagd werd. Vraag de persoon om opnieuw te proberen.',
  server_error: 'De wallet heeft een fout. Vraag de persoon om het opnieuw te proberen, of vraag een ander bewijs.',
  temporarily_unavailable:
    'De wallet kan nu niet antwoorden. Vraag de persoon om het later opnieuw te proberen, of vraag een ander bewijs.',
  unauthorized_client:
    'De wallet aanvaardt zo een verzoek niet van deze vrager. Vraag een ander bewijs; wie deze dienst beheert, moet de registratie nakijken.',
  unsupported_response_type:
    'De wallet kan niets met dit verzoek. Vraag een ander bewijs; wie deze dienst beheert, moet het verzoek nakijken.',
  vp_formats_not_supported:
    'De wallet kent geen attest in de gevraagde vorm. Vraag de persoon om een andere wallet te proberen, of vraag een ander bewijs.',
  wallet_unavailable:
    'Er was geen wallet die kon antwoorden. Vraag de persoon om die te openen en het opnieuw te proberen, of vraag een ander bewijs.',
}
