"""Forms of English words that share no ending with their base: lent is a form of lend, children one of child."""

from __future__ import annotations

_VERBS = """arise arose arisen; awake awoke awoken; bear bore borne; beat beaten; become became; begin began begun; bend
    bent; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred; bring brought; build
    built; burn burnt; buy bought; catch caught; choose chose chosen; cling clung; creep crept; cry cries cried;
    deal dealt; die died dying; dig dug; draw drew drawn; dry dries dried; dream dreamt; drink drank drunk; drive
    drove driven; eat ate eaten; fall fell fallen; feed fed; feel felt; fight fought; find found; flee fled; fly
    flies flew flown; fry fries fried; forbid forbade forbidden; foresee foresaw foreseen; forget forgot
    forgotten; freeze froze frozen; grow grew grown; hang hung; hear heard; hide hid hidden; hold held; keep kept;
    kneel knelt; know knew known; lay laid; lead led; lean leant; leap leapt; learn learnt; lend lent; lie lied
    lying; lose lost; mean meant; meet met; mislead misled; mistake mistook mistaken; misunderstand misunderstood;
    mow mown; oversee oversaw overseen; oversleep overslept; overtake overtook overtaken; pay paid; prove proven;
    rebuild rebuilt; redraw redrawn; repay repaid; resell resold; rewrite rewrote rewritten; ride rode ridden;
    ring rang rung; rise risen; run ran; say said; see seen; seek sought; sell sold; send sent; sew sewn; shake
    shook shaken; shine shone; shoot shot; show shown; shrink shrank shrunk; sing sang sung; sink sank sunk; sit
    sat; sleep slept; slide slid; speak spoke spoken; spell spelt; spend spent; spill spilt; spin spun; spoil
    spoilt; spring sprang sprung; stand stood; steal stole stolen; stick stuck; sting stung; strike struck; swear
    swore sworn; sweep swept; swell swollen; swim swam swum; swing swung; take took taken; teach taught; tear tore
    torn; think thought; throw threw thrown; tie tied tying; try tries tried; undergo underwent undergone;
    understand understood; undertake undertook undertaken; undo undid undone; wake woke woken; wear wore worn;
    weave wove woven; weep wept; win won; withdraw withdrew withdrawn; withhold withheld; withstand withstood;
    write wrote written"""
_NOUNS = """analysis analyses; appendix appendices; calf calves; child children; criterion criteria; crisis crises;
    diagnosis diagnoses; foot feet; goose geese; half halves; hypothesis hypotheses; index indices; knife knives;
    loaf loaves; matrix matrices; mouse mice; phenomenon phenomena; self selves; shelf shelves; synthesis
    syntheses; thesis theses; thief thieves; tooth teeth; vertex vertices; wife wives; wolf wolves"""
BASES = {form: base for group in f"{_VERBS}; {_NOUNS}".split(";") for base, *forms in [group.split()] for form in forms}
