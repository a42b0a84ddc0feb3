"""How notes are read: one table of phrases with what a person would say they say, and the rules behind it."""

from __future__ import annotations

import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.correlate import notes_words
from syncer.correlate.notes import _found, of_texts, read
from syncer.domain.activity import Kind, Note, Provider
from syncer.domain.pain import PainState, Side
from tests.work import steps

REPO = Path(__file__).parents[2]

T, Z, S, N = "tagged", "zero", "suspected", "none"
L, R, B = "left", "right", "both"

HASHTAGS = [
    # the tag and its number
    ("#kneepain", T, None, None),
    ("#KneePain", T, None, None),
    ("#KNEEPAIN", T, None, None),
    ("#knee-pain", T, None, None),
    ("#knee_pain", T, None, None),
    ("Knee_Pain", S, None, None),
    ("Easy 5 miles #kneepain", T, None, None),
    ("#kneepain3", T, 3, None),
    ("#kneepain:3", T, 3, None),
    ("#kneepain=3", T, 3, None),
    ("#kneepain-3", T, 3, None),
    ("#kneepain_3", T, 3, None),
    ("#kneepain(3)", T, 3, None),
    ("#kneepain: 3", T, 3, None),
    ("#kneepain = 3", T, 3, None),
    ("#kneepain: 3 on the hills", T, 3, None),
    ("#kneepain 3/10", T, 3, None),
    ("#kneepain 3 / 10", T, 3, None),
    ("#kneepain (3/10)", T, 3, None),
    ("#kneepain: 3/10", T, 3, None),
    ("#kneepain3/10", T, 3, None),
    ("#kneepain -3/10", T, 3, None),
    ("#kneepain - 3/10", T, 3, None),
    ("#kneepain, 3/10", T, 3, None),
    ("#kneepain ~3/10", T, 3, None),
    ("#kneepain was 3/10 today", T, 3, None),
    ("#kneepain after 5 km, 3/10", T, 3, None),
    ("#kneepain from km 5, about 3/10", T, 3, None),
    ("#kneepain 3 out of 10", T, 3, None),
    ("#kneepain three out of ten", T, 3, None),
    ("#kneepain 3 of 10", T, 3, None),
    ("#kneepain 3.5/10", T, 3.5, None),
    ("#kneepain 3,5/10", T, 3.5, None),
    ("#kneepain3.5", T, 3.5, None),
    ("#kneepain 3½/10", T, 3.5, None),
    ("#kneepain10", T, 10, None),
    ("#kneepain 10/10", T, 10, None),
    ("3/10 #kneepain", T, 3, None),
    ("a 3/10 #kneepain", T, 3, None),
    ("#kneepain 2/10 #kneepain 5/10", T, 5, None),
    ("#kneepain 2/10 at the start, 5/10 at the end", T, 5, None),
    ("#kneepain2\n#kneepain 6/10", T, 6, None),
    # ranges, the highest counts
    ("#kneepain 3-4/10", T, 4, None),
    ("#kneepain 3–4/10", T, 4, None),
    ("#kneepain 3 - 4/10", T, 4, None),
    ("#kneepain 3 to 4/10", T, 4, None),
    ("#kneepain 3 to 4 out of 10", T, 4, None),
    ("#kneepain 3/10-5/10", T, 5, None),
    ("#kneepain 3/10 to 5/10", T, 5, None),
    ("#kneepain between 2 and 4/10", T, 4, None),
    ("#kneepain3-4", T, 4, None),
    ("#kneepain 0-1/10", T, 1, None),
    ("#kneepain 2→5/10", T, 5, None),
    # more than 10 is no score
    ("#kneepain11", T, None, None),
    ("#kneepain 12/10", T, None, None),
    ("#kneepain:100", T, None, None),
    ("#kneepain 8-12/10", T, None, None),
    ("#kneepain2026", T, None, None),
    ("#kneepain" + "9" * 400, T, None, None),
    # explicit zeros
    ("#kneepain0", Z, 0, None),
    ("#kneepain:0", Z, 0, None),
    ("#kneepain 0/10", Z, 0, None),
    ("#kneepain 0 out of 10", Z, 0, None),
    ("#kneepain 0.5/10", T, 0.5, None),
    ("#nokneepain", Z, 0, None),
    ("#no-knee-pain", Z, 0, None),
    ("#kneepainfree", Z, 0, None),
    ("#kneepain-free", Z, 0, None),
    ("#kneepain free", Z, 0, None),
    ("#painfreeknees", Z, 0, None),
    ("no #kneepain today", Z, 0, None),
    ("No more #kneepain!", Z, 0, None),
    ("didn't have any #kneepain", Z, 0, None),
    ("without #kneepain", Z, 0, None),
    ("#kneepain: none", Z, 0, None),
    ("#kneepain? No.", Z, 0, None),
    ("#kneepain gone", Z, 0, None),
    ("#kneepain0 but #kneepain3 on the way home", T, 3, None),
    ("#nokneepain until km 8, then #kneepain4", T, 4, None),
    # no negation of the tag
    ("No PB today. #kneepain", T, None, None),
    ("No PB today #kneepain", T, None, None),
    ("not only #kneepain but blisters too", T, None, None),
    ("#kneepain not gone yet", T, None, None),
    ("#kneepain no fun", T, None, None),
    ("#kneepain, no run tomorrow", T, None, None),
    ("almost no #kneepain", T, None, None),
    ("#kneepain 3/10, gone after 2 km", T, 3, None),
    ("Did not sleep #kneepain", T, None, None),
    # numbers that are no scores
    ("#kneepain 3km in", T, None, None),
    ("#kneepain 3 km in", T, None, None),
    ("#kneepain3km", T, None, None),
    ("#kneepain3km in", T, None, None),
    ("#kneepain: 3 km in", T, None, None),
    ("#kneepain 3", T, None, None),
    ("#kneepain 3 left to go", T, None, None),
    ("#kneepain at mile 5", T, None, None),
    ("#kneepain 5:30/km", T, None, None),
    ("#kneepain 3/10/2026", T, None, None),
    ("#kneepain3/10/2026", T, None, None),
    ("#kneepain 2026/3/10", T, None, None),
    ("#kneepain 03/10", T, None, None),
    ("#kneepain since 3/10", T, None, None),
    ("#kneepain 3/10/26", T, None, None),
    ("#kneepain 3.10.2026", T, None, None),
    ("#kneepain 3/5", T, None, None),
    ("#kneepain3/5", T, None, None),
    ("#kneepain 3/100", T, None, None),
    ("#kneepain 3/10 km", T, None, None),
    ("#kneepain 3/10km", T, None, None),
    ("#kneepain in 3 of 10 intervals", T, None, None),
    ("#kneepain 30%", T, None, None),
    ("#kneepain30%", T, None, None),
    # somebody else's number
    ("RPE 7/10 #kneepain", T, None, None),
    ("#kneepain RPE 7/10", T, None, None),
    ("#kneepain 2/10, RPE 7/10", T, 2, None),
    ("Effort 8/10, #kneepain 2/10", T, 2, None),
    ("8/10 effort, #kneepain", T, None, None),
    ("Felt strong 9/10 #kneepain 1/10", T, 1, None),
    ("#kneepain 2/10, hip 6/10", T, 2, None),
    ("#hippain 6/10 #kneepain 2/10", T, 2, None),
    ("#hippain 6/10 #kneepain", T, None, None),
    ("#kneepain2 #hippain8", T, 2, None),
    ("#kneepain. Great run 9/10", T, None, None),
    # sides
    ("#kneepain left", T, None, L),
    ("#kneepain right 4/10", T, 4, R),
    ("#kneepain 4/10 right", T, 4, R),
    ("#kneepain 4/10 (right)", T, 4, R),
    ("#kneepain (left) 3/10", T, 3, L),
    ("#kneepain L", T, None, L),
    ("#kneepain R 3/10", T, 3, R),
    ("#kneepain 3/10 L", T, 3, L),
    ("#kneepain l", T, None, L),
    ("left #kneepain", T, None, L),
    ("left #kneepain 3/10", T, 3, L),
    ("3/10 left #kneepain", T, 3, L),
    ("left 3/10 #kneepain", T, 3, L),
    ("right knee #kneepain", T, None, R),
    ("#kneepain left knee 4/10", T, 4, L),
    ("#kneepain in the left knee", T, None, L),
    ("#kneepainleft", T, None, L),
    ("#kneepainleft3", T, 3, L),
    ("#kneepainLeft 3/10", T, 3, L),
    ("#leftkneepain", T, None, L),
    ("#left-knee-pain", T, None, L),
    ("#leftkneepain4", T, 4, L),
    ("#kneepainL", T, None, L),
    ("#kneepainR4", T, 4, R),
    ("#Rkneepain", T, None, R),
    ("#kneepain3L", T, 3, L),
    ("#kneepain3left", T, 3, L),
    ("#kneepain3/10R", T, 3, R),
    ("#kneepain:left:3", T, 3, L),
    ("#kneepain:L3", T, 3, L),
    ("#kneepain_left_3", T, 3, L),
    ("#kneepain-right-2", T, 2, R),
    ("#kneepain both", T, None, B),
    ("#kneepain both knees 2/10", T, 2, B),
    ("#kneepainboth2", T, 2, B),
    ("#kneepain left and right", T, None, B),
    ("#kneepain L/R 2/10", T, 2, B),
    ("#kneepain left #kneepain right", T, None, B),
    ("#kneepain left 0/10 right 3/10", T, 3, R),
    ("#kneepain 0/10 left, 3/10 right", T, 3, R),
    ("#kneepain3 #left", T, 3, L),
    ("#kneepain right from the start", T, None, None),
    ("#kneepain right after the start", T, None, None),
    ("#kneepain left home early", T, None, None),
    ("#kneepain all right", T, None, None),
    # a tag ends where its word ends
    ("#kneepainter", N, None, None),
    ("#kneepainting", N, None, None),
    ("#kneepainkiller", N, None, None),
    ("#kneepainrelief", N, None, None),
    ("#kneepain-relief", N, None, None),
    ("#kneepain_relief", N, None, None),
    ("#kneepain relief", N, None, None),
    ("#mykneepain", T, None, None),
    ("#kneepain.", T, None, None),
    ("#kneepain!!!", T, None, None),
    ("#kneepain-again", T, None, None),
    ("#kneepain#marathon", T, None, None),
    ("run#kneepain3", T, 3, None),
    ("#injury #kneepain #running", T, None, None),
    ("#painfulknee", T, None, None),
    ("#soreknee2", T, 2, None),
    ("#kneehurts", T, None, None),
    ("#knee #pain", S, None, None),
    ("#knee", N, None, None),
    ("#pain", N, None, None),
    ("#hippain 5/10", N, None, None),
    ("#kneesup", N, None, None),
    ("#runnersknee", S, None, None),
    ("kneepain", S, None, None),
    ("exercises for #kneepain", N, None, None),
    ("band walks to prevent #kneepain", N, None, None),
    ("my wife's #kneepain", N, None, None),
    # German, French, Spanish
    ("#knieschmerz", T, None, None),
    ("#Knieschmerzen", T, None, None),
    ("#knieschmerzen3", T, 3, None),
    ("#knieschmerzen 3 von 10", T, 3, None),
    ("#knieschmerzen links 2/10", T, 2, L),
    ("#knieschmerzrechts4", T, 4, R),
    ("#keineknieschmerzen", Z, 0, None),
    ("#douleurgenou", T, None, None),
    ("#douleurgenougauche3", T, 3, L),
    ("#douleur_au_genou 3/10", T, 3, None),
    ("#malaugenou", T, None, None),
    ("#malAuGenou4", T, 4, None),
    ("#malaugenou 3 sur 10 droit", T, 3, R),
    ("#sansdouleurgenou", Z, 0, None),
    ("#dolorderodilla", T, None, None),
    ("#dolorrodilla", T, None, None),
    ("#dolorDeRodilla5", T, 5, None),
    ("#dolorrodillaizquierda 2/10", T, 2, L),
    ("#dolorderodilla 3 de 10", T, 3, None),
    ("#sindolorderodilla", Z, 0, None),
    # what keyboards, copying and platforms do to text
    ("＃kneepain3", T, 3, None),
    ("＃ｋｎｅｅｐａｉｎ ３／１０", T, 3, None),
    ("#knee\u200bpain3", T, 3, None),
    ("#kneepain\u00a03/10", T, 3, None),
    ("#kneepain\u202f3\u2009/\u200910", T, 3, None),
    ("#knee\u00adpain", T, None, None),
    ("\ufeff#kneepain 3/10", T, 3, None),
    ("#kneepain 3\ufe0f\u20e3/10", T, 3, None),
    ("#kneepain 😭 3/10", T, 3, None),
    ("#kneepain😭3/10", T, 3, None),
    ("#kneepain ٣/١٠", T, 3, None),
    ("#kneepain 3⁄10", T, 3, None),
    ("#knéepàin 3/10", T, 3, None),
    ("#KNEEPAİN", T, None, None),
    ("𝗞𝗻𝗲𝗲 #𝗸𝗻𝗲𝗲𝗽𝗮𝗶𝗻 3/10", T, 3, None),
    ("<b>#kneepain</b> 3/10", T, 3, None),
    ("<p>Long run</p><p>#kneepain<br>3/10</p>", T, 3, None),
    ("#knee<b>pain</b>", T, None, None),
    ("&#35;kneepain 3&#47;10", T, 3, None),
    ("#kneepain&nbsp;3/10", T, 3, None),
    ("5 &lt; 6 #kneepain", T, None, None),
    ("**#kneepain 3/10**", T, 3, None),
    ("See https://example.org/a#kneepain3", N, None, None),
    ("https://example.org/knee-pain-3/10", N, None, None),
    ("www.knee-pain.example", N, None, None),
    ("@kneepain", N, None, None),
    ("Write to knee.pain@example.org", N, None, None),
    ("#kneepain @ km 5", T, None, None),
    ("#kneepain@mile3", T, None, None),
]

FREE_TEXT = [
    # pain
    ("knee pain", S, None, None),
    ("Knee pain again", S, None, None),
    ("My knee hurts", S, None, None),
    ("my left knee hurt from km 8", S, None, L),
    ("Right knee is sore", S, None, R),
    ("both knees aching", S, None, B),
    ("slight twinge in right knee at mile 3", S, None, R),
    ("pain in my left knee", S, None, L),
    ("pain on the outside of the knee", S, None, None),
    ("sore knees", S, None, None),
    ("a bit of discomfort around the kneecap", S, None, None),
    ("knee was acting up", S, None, None),
    ("Knee niggle (L)", S, None, L),
    ("runner's knee again", S, None, None),
    ("my knee started to really hurt on the descent", S, None, None),
    ("hurt my knee", S, None, None),
    ("knee felt good at first, but then started hurting", S, None, None),
    ("Knee was fine until km 8, then it hurt", S, None, None),
    ("Knee fine until 10k", S, None, None),
    ("no knee pain until km 8", S, None, None),
    ("No knee pain for the first 5 km", S, None, None),
    ("All good except my knee", S, None, None),
    ("No issues besides knee pain", S, None, None),
    ("Great run despite knee pain", S, None, None),
    ("Stopped because of knee pain", S, None, None),
    ("Pain again, left knee, 3/10", S, 3, L),
    ("Knee hurt. It was worse on hills", S, None, None),
    ("The knee was odd. It hurt on the stairs", S, None, None),
    ("knee pain came back at 5k", S, None, None),
    ("Knee pain from last week is back", S, None, None),
    ("knee pain since last week", S, None, None),
    ("Knee pain since yesterday", S, None, None),
    ("after yesterday's long run my knee hurts", S, None, None),
    ("knee pain worse than last week", S, None, None),
    ("less knee pain", S, None, None),
    ("knee pain much better", S, None, None),
    ("hip and knee pain", S, None, None),
    ("pain in hip and knee", S, None, None),
    ("knee/hip pain", S, None, None),
    ("no hip pain but my knee hurts", S, None, None),
    ("no hip pain and my knee hurts", S, None, None),
    ("hip fine, knee sore", S, None, None),
    ("knee.\nPain.", S, None, None),
    # a score in free text stays suspected, with its number
    ("knee pain 3/10", S, 3, None),
    ("3/10 knee pain", S, 3, None),
    ("knee pain 3 out of 10", S, 3, None),
    ("knee pain: 3/10", S, 3, None),
    ("knee pain (3/10)", S, 3, None),
    ("left knee pain 4/10", S, 4, L),
    ("knee pain left 4/10", S, 4, L),
    ("3/10 pain in left knee", S, 3, L),
    ("left knee 2/10", S, 2, L),
    ("knee pain 2-4/10", S, 4, None),
    ("knee pain 12/10", S, None, None),
    ("knee pain 3", S, None, None),
    ("knee pain 3 km in", S, None, None),
    ("knee pain on 3/10/2026", S, None, None),
    ("knee pain 3/10, hip pain 6/10", S, 3, None),
    ("hip pain 6/10, knee pain 3/10", S, 3, None),
    ("hip pain 6/10 knee pain 3/10", S, 3, None),
    ("knee pain, RPE 8/10", S, None, None),
    ("RPE 8/10, knee pain", S, None, None),
    ("Knee pain. 3/10.", S, 3, None),
    # explicit zeros
    ("no knee pain", Z, 0, None),
    ("No knee pain at all!", Z, 0, None),
    ("no pain in my knee", Z, 0, None),
    ("knee pain 0/10", Z, 0, None),
    ("0/10 knee pain", Z, 0, None),
    ("zero knee pain", Z, 0, None),
    ("without knee pain", Z, 0, None),
    ("w/o any knee pain", Z, 0, None),
    ("10k without any pain in the knee", Z, 0, None),
    ("my knee didn't hurt", Z, 0, None),
    ("My knee did not hurt at all", Z, 0, None),
    ("knees never hurt", Z, 0, None),
    ("knee doesnt hurt anymore", Z, 0, None),
    ("I did not feel any knee pain", Z, 0, None),
    ("didn’t notice any discomfort in the knee", Z, 0, None),
    ("not a single twinge from the knee", Z, 0, None),
    ("knee pain free", Z, 0, None),
    ("knee pain-free!", Z, 0, None),
    ("pain-free knees", Z, 0, None),
    ("knee pain is gone", Z, 0, None),
    ("Yesterday's knee pain is gone", Z, 0, None),
    ("The knee pain from last week is gone today", Z, 0, None),
    ("knee pain has completely disappeared", Z, 0, None),
    ("knee pain did not come back", Z, 0, None),
    ("no longer any knee pain", Z, 0, None),
    ("no more knee pain", Z, 0, None),
    ("knees felt fine", Z, 0, None),
    ("Knee ok", Z, 0, None),
    ("Knee: no pain", Z, 0, None),
    ("Knee pain: none", Z, 0, None),
    ("Knee pain? None.", Z, 0, None),
    ("knee pain, no", Z, 0, None),
    ("knee 👍", Z, 0, None),
    ("Left knee, fine", Z, 0, L),
    ("knee held up", Z, 0, None),
    ("all good with the knee", Z, 0, None),
    ("no complaints from the knees", Z, 0, None),
    ("no issues with knee", Z, 0, None),
    ("no knee or hip pain", Z, 0, None),
    ("no hip or knee pain", Z, 0, None),
    ("no hip, knee or ankle pain", Z, 0, None),
    ("no pain, swelling or stiffness in the knee", Z, 0, None),
    ("no hip and knee pain", Z, 0, None),
    ("no noticeable knee pain", Z, 0, None),
    ("hip pain, knee fine", Z, 0, None),
    ("knee fine, calf tight", Z, 0, None),
    ("No knee pain for the first time in weeks!", Z, 0, None),
    ("no knee pain unlike last week", Z, 0, None),
    ("still no knee pain", Z, 0, None),
    ("Great run (no knee pain)", Z, 0, None),
    ("knee felt stiff, no pain", Z, 0, None),
    ("no knee pain but sore hips", Z, 0, None),
    ("Knee sore at first. No. Kidding, no knee pain", S, None, None),
    # negations that are none, or not whole
    ("not only knee pain", S, None, None),
    ("no doubt my knee hurts", S, None, None),
    ("no idea why my knee hurts", S, None, None),
    ("No wonder my knee hurts", S, None, None),
    ("knee pain not gone", S, None, None),
    ("knee pain hasn't gone away", S, None, None),
    ("knee pain went away after 2 km", S, None, None),
    ("hardly any knee pain", S, None, None),
    ("almost no knee pain", S, None, None),
    ("not much knee pain", S, None, None),
    ("knee didn't hurt much", S, None, None),
    ("almost pain-free knee", S, None, None),
    ("knee is not pain-free", S, None, None),
    ("couldn't run without knee pain", S, None, None),
    ("would be nice to run without knee pain", S, None, None),
    ("never had knee pain like this", S, None, None),
    ("knee not great", S, None, None),
    ("knee isn't ok", S, None, None),
    ("did not stretch and my knee hurts", S, None, None),
    ("didn't sleep, knee pain", S, None, None),
    ("no PB. knee pain", S, None, None),
    ("no energy, sore knee", S, None, None),
    ("no time to stretch knee hurts", S, None, None),
    ("no fatigue and my knee hurts", S, None, None),
    ("felt fine but knee pain", S, None, None),
    ("No, knee pain", S, None, None),
    ("no knee pain, then suddenly knee pain", S, None, None),
    ("no knee pain uphill; downhill my knee hurt", S, None, None),
    # not this run, not felt, not this runner, not the knee
    ("knee pain last week", N, None, None),
    ("my knee hurt yesterday", N, None, None),
    ("I used to have knee pain", N, None, None),
    ("had knee pain two weeks ago", N, None, None),
    ("knee pain in the past", N, None, None),
    ("no knee pain yesterday", N, None, None),
    ("scared of knee pain", N, None, None),
    ("worried about my knee hurting", N, None, None),
    ("afraid the knee pain might return", N, None, None),
    ("to prevent knee pain", N, None, None),
    ("Strength work to avoid knee pain", N, None, None),
    ("in case of knee pain", N, None, None),
    ("if my knee hurts I will stop", N, None, None),
    ("hope my knee doesn't hurt tomorrow", N, None, None),
    ("hopefully no knee pain tomorrow", N, None, None),
    ("exercises for knee pain", N, None, None),
    ("knee pain exercises", N, None, None),
    ("listened to a podcast about knee pain", N, None, None),
    ("knee pain prevention", N, None, None),
    ("my wife's knee hurts", N, None, None),
    ("Tom's knee pain", N, None, None),
    ("her knee hurt", N, None, None),
    ("My friend had knee pain", N, None, None),
    ("he complained about his knee pain", N, None, None),
    ("hip pain", N, None, None),
    ("hip pain 6/10", N, None, None),
    ("sore calves, high knees drill", N, None, None),
    ("knee raises were painful", N, None, None),
    ("new knee sleeve", N, None, None),
    ("knee-deep snow, painful", N, None, None),
    ("no pain no gain", N, None, None),
    ("What a pain of a headwind", N, None, None),
    ("pain 3/10", N, None, None),
    ("Morning Run", N, None, None),
    ("knee", N, None, None),
    ("", N, None, None),
    ("Any knee pain?", N, None, None),
    ("Easy run, knees a bit heavy", N, None, None),
    ("Knee strengthening yesterday", N, None, None),
    ("Painted the kneeling bench", N, None, None),
    # hashtag and free text together
    ("No hip pain. #kneepain 3/10 left. Used to be worse last week.", T, 3, L),
    ("#kneepain. Left knee hurt 4/10 on the descent", T, 4, L),
    ("my knee hurt a bit #kneepain2", T, 2, None),
    # German
    ("Knieschmerzen", S, None, None),
    ("Knieschmerzen links 3/10", S, 3, L),
    ("Mein Knie tut weh", S, None, None),
    ("rechtes Knie schmerzt", S, None, R),
    ("Schmerzen im linken Knie", S, None, L),
    ("leichtes Zwicken im Knie", S, None, None),
    ("kein Knieschmerz", Z, 0, None),
    ("keine Knieschmerzen", Z, 0, None),
    ("ohne Knieschmerzen", Z, 0, None),
    ("keine Schmerzen im Knie", Z, 0, None),
    ("Knie tut nicht weh", Z, 0, None),
    ("Knie schmerzfrei", Z, 0, None),
    ("Knieschmerzen sind weg", Z, 0, None),
    ("Knie war in Ordnung", Z, 0, None),
    ("Knie gut", Z, 0, None),
    ("Angst vor Knieschmerzen", N, None, None),
    ("letzte Woche Knieschmerzen", N, None, None),
    ("gestern tat das Knie weh", N, None, None),
    ("um Knieschmerzen zu vermeiden", N, None, None),
    ("nicht nur Knieschmerzen", S, None, None),
    ("Hüfte ok, aber das Knie schmerzt", S, None, None),
    # French
    ("mal au genou", S, None, None),
    ("Mal au genou gauche", S, None, L),
    ("douleur au genou droit 4/10", S, 4, R),
    ("le genou me fait mal", S, None, None),
    ("pas mal au genou", Z, 0, None),
    ("pas de douleur au genou", Z, 0, None),
    ("aucune douleur au genou", Z, 0, None),
    ("sans douleur au genou", Z, 0, None),
    ("je n'ai plus mal au genou", Z, 0, None),
    ("le genou ne fait pas mal", Z, 0, None),
    ("genou ok", Z, 0, None),
    ("peur d'avoir mal au genou", N, None, None),
    ("la semaine dernière mal au genou", N, None, None),
    # Spanish
    ("dolor de rodilla", S, None, None),
    ("me duele la rodilla", S, None, None),
    ("me duele la rodilla izquierda", S, None, L),
    ("molestias en la rodilla derecha 3/10", S, 3, R),
    ("sin dolor de rodilla", Z, 0, None),
    ("no me duele la rodilla", Z, 0, None),
    ("ningún dolor en la rodilla", Z, 0, None),
    ("la rodilla ya no duele", Z, 0, None),
    ("rodilla bien", Z, 0, None),
    ("miedo al dolor de rodilla", N, None, None),
    ("ayer me dolía la rodilla", N, None, None),
]

MORE = [
    ("Felt great, no knee pain whatsoever", Z, 0, None),
    ("First run without any knee pain in months", Z, 0, None),
    ("Not a hint of knee pain today", Z, 0, None),
    ("Knee pain-free run!", Z, 0, None),
    ("Pain free in the knee", Z, 0, None),
    ("My knee was pain free", Z, 0, None),
    ("Knees didn't bother me", Z, 0, None),
    ("The knee never bothered me", Z, 0, None),
    ("Knee wasn't painful", Z, 0, None),
    ("knee wasn't an issue", Z, 0, None),
    ("knee no longer hurts", Z, 0, None),
    ("My knee no longer hurts.", Z, 0, None),
    ("Knee is OK now", Z, 0, None),
    ("knees are happy", Z, 0, None),
    ("I had zero pain in either knee", Z, 0, None),
    ("had no pain in my left knee", Z, 0, L),
    ("No pain in left knee today", Z, 0, L),
    ("neither knee hurt", Z, 0, None),
    ("10 km, nothing hurt, knee included", N, None, None),
    ("Knee pain: 0", Z, 0, None),
    ("knee pain = 0/10", Z, 0, None),
    ("knee: 0/10", Z, 0, None),
    ("Knee pain none today", Z, 0, None),
    ("No more pain in the knee", Z, 0, None),
    ("There was no knee pain", Z, 0, None),
    ("there wasn't any knee pain", Z, 0, None),
    ("no sign of the knee pain", Z, 0, None),
    ("free of knee pain", Z, 0, None),
    ("finally free from knee pain", Z, 0, None),
    ("Great long run. Knee pain gone!", Z, 0, None),
    ("the knee pain has gone", Z, 0, None),
    ("No knee pain, no hip pain, happy days", Z, 0, None),
    ("no pain: knee, hip, nothing", Z, 0, None),
    ("knee felt ok", Z, 0, None),
    ("knee ok.", Z, 0, None),
    ("Knee felt great", Z, 0, None),
    ("No knee trouble", Z, 0, None),
    ("no knee issues at all today", Z, 0, None),
    ("knee didn’t hurt today", Z, 0, None),
    ("knee did NOT hurt", Z, 0, None),
    ("Knee pain never showed up", Z, 0, None),
    ("knee pain never came", Z, 0, None),
    ("Bit of knee pain", S, None, None),
    ("some knee pain", S, None, None),
    ("Knee pain!", S, None, None),
    ("knee is killing me", S, None, None),
    ("Ouch my knee", S, None, None),
    ("my knee ached all the way", S, None, None),
    ("knees hurting after 5k", S, None, None),
    ("sharp pain under left kneecap", S, None, L),
    ("Stabbing pain in the right knee after 5 miles", S, None, R),
    ("Bad knee pain, stopped at 4 km", S, None, None),
    ("ran through knee pain", S, None, None),
    ("Had to walk because my knee hurt", S, None, None),
    ("cut short, knee pain", S, None, None),
    ("the usual knee pain", S, None, None),
    ("Knee pain started at mile 2", S, None, None),
    ("knee pain when going downstairs", S, None, None),
    ("knee hurts when I run downhill", S, None, None),
    ("knee hurts if I run fast", S, None, None),
    ("Knee a little sore", S, None, None),
    ("knee soreness", S, None, None),
    ("knee discomfort 2/10", S, 2, None),
    ("discomfort in L knee", S, None, L),
    ("R knee pain", S, None, R),
    ("pain in R knee 3/10", S, 3, R),
    ("rt knee pain", S, None, R),
    ("knee pain both sides", S, None, B),
    ("left and right knee pain", S, None, B),
    ("painful knee", S, None, None),
    ("knee swollen", S, None, None),
    ("pain behind the knee", S, None, None),
    ("Not my best run, knee pain", S, None, None),
    ("Never again! Knee pain.", S, None, None),
    ("not just knee pain", S, None, None),
    ("not only did my knee hurt, my hip did too", S, None, None),
    ("No way around it: knee pain is back", S, None, None),
    ("I can't ignore the knee pain", S, None, None),
    ("couldn't shake the knee pain", S, None, None),
    ("can't believe my knee hurts", S, None, None),
    ("didn't stop despite knee pain", S, None, None),
    ("knee pain didn't stop", S, None, None),
    ("knee pain won't go away", S, None, None),
    ("knee still not right, hurts", S, None, None),
    ("no rest for the wicked, knee hurts", S, None, None),
    ("nothing but knee pain", S, None, None),
    ("no improvement in knee pain", S, None, None),
    ("no change in knee pain", S, None, None),
    ("no worse knee pain", S, None, None),
    ("knee pain no worse than before", S, None, None),
    ("Knee pain no better", S, None, None),
    ("knee pain not as bad as yesterday", S, None, None),
    ("not sure if knee pain or IT band", N, None, None),
    ("knee pain, not hip", S, None, None),
    ("knee pain not hip pain", S, None, None),
    ("hip pain, not knee pain", Z, 0, None),
    ("hip pain not knee pain", Z, 0, None),
    ("Knee pain max 4/10", S, 4, None),
    ("knee pain peaked at 5/10", S, 5, None),
    ("Pain in knee went from 2/10 to 5/10", S, 5, None),
    ("Knee pain 2/10 start, 4/10 end", S, 4, None),
    ("knee 3/10", S, 3, None),
    ("left knee: 3/10", S, 3, L),
    ("Knee 3/10, hip 5/10", S, 3, None),
    ("pain 3/10 in knee", S, 3, None),
    ("pain level 3/10 in my right knee", S, 3, R),
    ("pain: 3/10 (left knee)", S, 3, L),
    ("my knee hurt like a 6/10", S, 6, None),
    ("knee pain 3/10; calf 2/10", S, 3, None),
    ("run 8/10, knee pain 2/10", S, 2, None),
    ("knee pain yesterday", N, None, None),
    ("Last week I had knee pain", N, None, None),
    ("I used to get knee pain", N, None, None),
    ("Years ago my knee hurt", N, None, None),
    ("knee pain in 2019", N, None, None),
    ("After last month's knee pain an easy run", N, None, None),
    ("scared of my knee hurting again", N, None, None),
    ("afraid of knee pain", N, None, None),
    ("Prehab to prevent knee pain", N, None, None),
    ("Preventing knee pain with band walks", N, None, None),
    ("stretching helps prevent knee pain", N, None, None),
    ("read an article about knee pain", N, None, None),
    ("My husband's knee pain", N, None, None),
    ("Ran with Anna. Her knee hurts.", N, None, None),
    ("my buddy's left knee hurt so we walked", N, None, None),
    ("my running partner had knee pain", N, None, None),
    ("Dad's knee is sore", N, None, None),
    ("he has knee pain", N, None, None),
    ("ankle pain, knee brace on", N, None, None),
    ("shin pain 4/10", N, None, None),
    ("hip hurts", N, None, None),
    ("legs sore, knees high", N, None, None),
    ("pain cave", N, None, None),
    ("Kneel and pray", N, None, None),
    ("knee support works", N, None, None),
    ("my back hurts", N, None, None),
    ("hip pain; knee tape", N, None, None),
    ("#kneepain but not bad", T, None, None),
    ("#KneePain 7/10 :(", T, 7, None),
    ("#kneepain7 ouch", T, 7, None),
    ("5k in the rain #kneepain 2/10 left", T, 2, L),
    ("left knee 3/10 #kneepain", T, 3, L),
    ("#kneepain 2 to 3 / 10", T, 3, None),
    ("#kneepain 0", Z, 0, None),
    ("#kneepain: 0", Z, 0, None),
    ("#kneepain 3/10, 3/10/2026", T, 3, None),
    ("#kneepain 4/10 on 3/10/2026", T, 4, None),
    ("#kneepain on 4/10/2026 was 2/10", T, 2, None),
    ("#kneepain 10 km", T, None, None),
    ("#kneepain 10k", T, None, None),
    ("#kneepain 2x", T, None, None),
    ("#kneepain 1st time", T, None, None),
    ("#KneePainFree", Z, 0, None),
    ("#NoKneePain", Z, 0, None),
    ("#no_knee_pain", Z, 0, None),
    ("#kneepain\n3/10", T, 3, None),
    ("#kneepain. 3/10", T, 3, None),
    ("Knee ok today. #kneepain0", Z, 0, None),
    ("#kneepain0 #nokneepain", Z, 0, None),
    ("no knee pain #kneepain2", T, 2, None),
    ("hip pain 5/10 and #kneepain 2/10", T, 2, None),
    ("#kneepain 2/10 and hip pain 5/10", T, 2, None),
    ("#kneepain, 5/10 for the weather", T, 5, None),
    ("#kneepain R", T, None, R),
    ("R #kneepain", T, None, R),
    ("#kneepain bilateral 3/10", T, 3, B),
    ("#kneepainRight=4", T, 4, R),
    ("#rightkneepain:2", T, 2, R),
    ("#kneepain=left", T, None, L),
    ("#kneepain (L, 3/10)", T, 3, L),
    ("#kneepain (3/10, L)", T, 3, L),
    ("#kneepain left,3/10", T, 3, L),
    ("#kneepain [3/10]", T, 3, None),
    ("#kneepain 3/10 both knees", T, 3, B),
    ("#kneepain left knee 3/10, right knee 1/10", T, 3, B),
    ("kneepain 3/10", S, 3, None),
    ("kneepain3", S, 3, None),
    ("kneepain: 3", S, 3, None),
    ("#knee pain 3/10", S, 3, None),
    ("# kneepain", S, None, None),
    ("#Knieschmerz: 4", T, 4, None),
    ("#genoudouleur 2/10", T, 2, None),
    ("#rodilladolor", T, None, None),
    ("#DolorDeRodilla 4/10 derecha", T, 4, R),
    ("#schmerzimknie", T, None, None),
    ("#knieweh", T, None, None),
    ("Kein Knieschmerz heute", Z, 0, None),
    ("Das Knie hat nicht wehgetan", Z, 0, None),
    ("Knie zwickt ab km 8", S, None, None),
    ("Knieschmerzen 2 bis 3/10", S, 3, None),
    ("Schmerzen im Knie, aber nicht schlimm", S, None, None),
    ("Knie macht Probleme", S, None, None),
    ("keine Probleme mit dem Knie", Z, 0, None),
    ("Meine Frau hat Knieschmerzen", N, None, None),
    ("genou douloureux", S, None, None),
    ("J'ai mal au genou", S, None, None),
    ("j'ai eu un peu mal au genou droit", S, None, R),
    ("je n'ai pas mal au genou", Z, 0, None),
    ("plus de douleur au genou", S, None, None),
    ("légère gêne au genou", S, None, None),
    ("aucune gêne au genou", Z, 0, None),
    ("Dolor en la rodilla", S, None, None),
    ("la rodilla me duele un poco", S, None, None),
    ("no me dolió la rodilla", Z, 0, None),
    ("nada de dolor en la rodilla", Z, 0, None),
    ("rodilla sin molestias", Z, 0, None),
    ("sin molestias en las rodillas", Z, 0, None),
    ("No blisters, knee pain though", S, None, None),
    ("No wind but knee pain", S, None, None),
    ("Not tired. Knee pain on the left.", S, None, L),
    ("didn't hydrate; knee pain after", S, None, None),
    ("zero motivation; knee pain", S, None, None),
    ("never felt better, no knee pain", Z, 0, None),
    ("Ankle fine, knee pain", S, None, None),
    ("hip pain free, knee pain", S, None, None),
    ("knee pain-free, hip pain 4/10", Z, 0, None),
    ("My knee pain is not gone but better", S, None, None),
    ("no pain but knee swollen", S, None, None),
    ("calf pain, no knee pain", Z, 0, None),
    ("Pain in left calf, knee perfect", Z, 0, None),
    ("IT band tight, knee no pain", Z, 0, None),
    ("Knee hurts? Nope!", Z, 0, None),
    ("Is my knee ok? No.", S, None, None),
    ("No pain no gain: knee pain 3/10", S, 3, None),
    ("knee pain none, hip pain 3/10", Z, 0, None),
    ("0 knee pain", Z, 0, None),
    ("knee pain 0", Z, 0, None),
    ("#kneepain 0 km", T, None, None),
    ("knee pain level: 2", S, 2, None),
    ("Knee: 2/10\nHip: 0/10", S, 2, None),
    ("Pain:\n- knee 3/10\n- hip 2/10", S, 3, None),
    ("Knee pain:\n3/10", S, 3, None),
    ("Pain\nKnee 0/10\nAnkle 4/10", Z, 0, None),
    ("Left knee 1/10. Right knee 0/10", S, 1, L),
    ("#kneepain 3 / 10 / 2026", T, None, None),
    ("#kneepain 10/3/2026", T, None, None),
    ("#kneepain 2026-10-03", T, None, None),
    ("#kneepain2026-10-03", T, None, None),
    ("#kneepain 3/10 2026", T, None, None),
    ("&lt;b&gt;#kneepain&lt;/b&gt; 3/10", T, 3, None),
    ("genou gauche douloureux", S, None, L),
    ("pas de mal au genou", Z, 0, None),
    ("aucun problème de genou", Z, 0, None),
    ("Knie zwickte leicht", S, None, None),
    ("Knie-Schmerzen", S, None, None),
    ("kein Schmerz im Knie", Z, 0, None),
    ("Knie: keine Schmerzen", Z, 0, None),
    ("schmerzfrei im Knie", Z, 0, None),
    ("nicht schmerzfrei im Knie", S, None, None),
    ("sin dolor en la rodilla", Z, 0, None),
    ("no tengo dolor de rodilla", Z, 0, None),
    ("la rodilla no me molestó", Z, 0, None),
    ("dolor rodilla 4/10", S, 4, None),
    ("5k easy. Knee OK until 4k. Then pain 4/10.", S, 4, None),
    ("Knee pain at km 3, gone by km 5", S, None, None),
    ("pain free until the last km, then knee 2/10", S, 2, None),
    ("felt the knee a bit", N, None, None),
    ("#kneepain2 going up, #kneepain5 going down", T, 5, None),
    ("#KneePain R: 2/10, L: 4/10", T, 4, B),
    ("#kneepain – 3/10", T, 3, None),
    ("#kneepain — left — 3/10", T, 3, L),
    ("#kneepain…3/10", T, 3, None),
    ("#kneepain/left", T, None, L),
    ("#kneepain; 3/10", T, 3, None),
    ("#kneepain rated 3/10", T, 3, None),
    ("#kneepain about a 3 out of 10", T, 3, None),
    ("#kneepain max 3, avg 2", T, None, None),
    ("#kneepain 3+/10", T, 3, None),
    ("#kneepain <3/10", T, 3, None),
    ("#kneepain 3/10?", T, 3, None),
    ("(#kneepain3)", T, 3, None),
    ('"#kneepain3"', T, 3, None),
    ("#kneepain3, #kneepain 5km", T, 3, None),
    ("#kneepain3!left", T, 3, None),
    ("#kneepainfree run, hip sore", Z, 0, None),
    ("#kneepain 5 out of 5", T, None, None),
    ("#kneepain 1 of 10 runs", T, None, None),
    ("#kneepain day 3/10", T, None, None),
    ("#kneepain week 3/10", T, None, None),
    ("Day 3/10 #kneepain", T, None, None),
    ("Stage 3/10 #kneepain 2/10", T, 2, None),
    ("#kneepain4/10 left knee, right knee fine", T, 4, L),
    ("#kneepain left knee 4/10 right knee fine", T, 4, L),
    ("no #hippain, #kneepain3", T, 3, None),
    ("no #hippain #kneepain", T, None, None),
    ("Not a #kneepain day", Z, 0, None),
    ("#kneepain hasn't gone", T, None, None),
    ("#kneepain is back", T, None, None),
    ("yay no #kneepain", Z, 0, None),
    ("Never had #kneepain like this", T, None, None),
    ("If #kneepain then stop", N, None, None),
    ("#kneepain last week", T, None, None),
    ("My wife's #kneepain3", N, None, None),
    ("#kneepain: left 3/10", T, 3, L),
    ("#kneepain:right:4/10", T, 4, R),
    ("#kneepain right knee, 4/10 on stairs", T, 4, R),
    ("#kneepain 4/10 in right knee", T, 4, R),
    ("#kneepain 4/10 in my right knee after 8 km", T, 4, R),
    ("knee pain in my left one", S, None, L),
    ("the left knee was sore, the right one ok", S, None, L),
    ("left knee ok, right knee sore 2/10", S, 2, R),
    ("left knee sore 2/10, right knee ok", S, 2, L),
    ("Tempo 6x800. Knee behaved itself.", Z, 0, None),
    ("Knee was quiet today", Z, 0, None),
    ("knee a-ok", Z, 0, None),
    ("No niggles from the knee this time", Z, 0, None),
    ("Not one bit of knee pain", Z, 0, None),
    ("Knees: zero issues", Z, 0, None),
    ("the knee did its job, no pain", Z, 0, None),
    ("Knee taped, no pain", Z, 0, None),
    ("I have no pain in the knees any more", Z, 0, None),
    ("knee pain nowhere to be found", S, None, None),
    ("no pain in either knee or ankle", Z, 0, None),
    ("neither knee nor hip hurt", Z, 0, None),
    ("neither my left nor my right knee hurt", Z, 0, B),
    ("without a trace of knee pain", Z, 0, None),
    ("My knee isn't hurting", Z, 0, None),
    ("my knees aren't sore", Z, 0, None),
    ("wasn't any pain in the knee", Z, 0, None),
    ("haven't had knee pain in weeks", Z, 0, None),
    ("I haven't felt my knee pain since Monday", Z, 0, None),
    ("No sharp pain in knee", Z, 0, None),
    ("no real knee pain", S, None, None),
    ("knee didn't feel great", S, None, None),
    ("Knee didn't like the descent", N, None, None),
    ("my knee is giving me trouble", S, None, None),
    ("IT band and knee pain", S, None, None),
    ("Pain in both knees after 15k", S, None, B),
    ("Pain just below the left kneecap", S, None, L),
    ("Knee felt weird but no pain", Z, 0, None),
    ("Slept badly, no coffee, knee ache", S, None, None),
    ("Ran without music and my knee hurt", S, None, None),
    ("Without warmup my knee hurts", S, None, None),
    ("Without stretching, knee pain", S, None, None),
    ("never ran so slow, knee pain", S, None, None),
    ("Didn't wear the brace and paid with knee pain", S, None, None),
    ("I was not careful and my knee hurts now", S, None, None),
    ("It's not the shoes: knee pain is back", S, None, None),
    ("Stopped because knee pain", S, None, None),
    ("knee pain? yes", S, None, None),
    ("Doctor says no more running with knee pain", S, None, None),
    ("Couldn't finish, knee pain", S, None, None),
    ("pain at the knee since km 3, 6 of 10", S, 6, None),
    ("Knee 2-3/10 at worst", S, 3, None),
    ("Pain (knee, right): 4/10", S, 4, R),
    ("Knee pain score 5/10 today, yesterday 2/10", S, 5, None),
    ("yesterday knee pain 5/10", N, None, None),
    ("my knee was painful last Tuesday", N, None, None),
    ("Physio told me to avoid knee pain", N, None, None),
    ("trying not to hurt my knee", N, None, None),
    ("worried that my knee will hurt tomorrow", N, None, None),
    ("Mum's knee op went well", N, None, None),
    ("Paced Julia, whose knee hurt", N, None, None),
    ("her left knee was sore so we turned back", N, None, None),
    ("My girlfriend's sore knee cut it short", N, None, None),
    ("Strong headwind, pain in the a**", N, None, None),
    ("Back pain all day", N, None, None),
    ("hips and back sore, knees ok", Z, 0, None),
    ("Achilles 4/10", N, None, None),
    ("Kneipp walk, painful", N, None, None),
    ("knees bent, back straight", N, None, None),
    ("low knees, sore glutes", N, None, None),
    ("#kneepain felt like 5/10", T, 5, None),
    ("#kneepain ... 4/10 I'd say", T, 4, None),
    ("#kneepain 3/10 -> 1/10 after warm up", T, 3, None),
    ("#KneePain (R) 2-3/10", T, 3, R),
    ("today #kneepain, R, 2/10", T, 2, R),
    ("#kneepain was zero today", Z, 0, None),
    ("#kneepain nothing today", Z, 0, None),
    ("zero #kneepain", Z, 0, None),
    ("#kneepain 0/10!!", Z, 0, None),
    ("#kneepain7/10 right knee, stopped at 3km", T, 7, R),
    ("#kneepain L 3 km in", T, None, L),
    ("#kneepain 3 mi. in", T, None, None),
    ("#kneepain km 3", T, None, None),
    ("#kneepain 15 min in", T, None, None),
    ("#kneepain at 3:30 pace", T, None, None),
    ("5/10 effort #kneepain2", T, 2, None),
    ("#kneepain3 effort 5/10", T, 3, None),
    ("#kneepain: 3 (left)", T, 3, L),
    ("#kneepain = 4/10, left", T, 4, L),
    # an effort behind its score
    ("#kneepain 7/10 RPE", T, None, None),
    ("#kneepain 8/10 effort", T, None, None),
    ("#kneepain 3/10 7/10 RPE", T, 3, None),
    ("#kneepain 2/10 RPE 7", T, 2, None),
    ("knee pain 3/10 effort was easy", S, 3, None),
    ("knee pain 3/10 at 10/10 effort", S, 3, None),
    ("#kneepain 3/10 race 9/10", T, 3, None),
    # scores of another day
    ("#kneepain yesterday 5/10, today 1/10", T, 1, None),
    ("knee pain: 2/10 (yesterday 4/10)", S, 2, None),
    # a number that a colon or a dash leads in
    ("knee: 3", S, 3, None),
    ("Knie: 0", Z, 0, None),
    ("knee pain - 0", Z, 0, None),
    ("knee pain - 3 days in a row", S, None, None),
    ("knee: 3 sets of squats", N, None, None),
    # a second knee without pain is not the side
    ("Knie rechts 2/10, links 0/10", S, 2, R),
    ("knee right 2/10, left 1/10", S, 2, B),
    # hedged or taken back behind
    ("knee fine mostly", S, None, None),
    ("knee ok-ish", S, None, None),
    ("knee good, not great", S, None, None),
    ("knee good, not much traffic", Z, 0, None),
    # German denies behind its verb
    ("Knie schmerzt nicht", Z, 0, None),
    ("Knie schmerzt nicht mehr", Z, 0, None),
    ("Knie zwickt heute gar nicht", Z, 0, None),
    ("Knie schmerzt nicht sehr", S, None, None),
    ("Knieprobleme leider nicht weg", S, None, None),
    ("Knie meldet sich", S, None, None),
    ("Das Knie hat sich nicht gemeldet", Z, 0, None),
    ("Knie fühlt sich gut an", Z, 0, None),
    ("genou RAS", Z, 0, None),
    ("le genou tient bon", Z, 0, None),
    ("la rodilla aguantó bien", Z, 0, None),
    ("mi hermano tiene dolor de rodilla", N, None, None),
    ("band walks for knee pain", N, None, None),
    ("knee locked up", S, None, None),
]


def what(text: str) -> tuple[str, float | None, str | None]:
    """The reading of a text, as the table writes it."""
    tag = read(text)
    if tag is None:
        return (N, None, None)
    return (tag.state.value, tag.score, tag.side.value if tag.side else None)


@pytest.mark.parametrize(("text", "state", "score", "side"), HASHTAGS + FREE_TEXT + MORE)
def test_phrase(text: str, state: str, score: float | None, side: str | None) -> None:
    assert what(text) == (state, score, side)


def test_the_table_is_large_and_says_nothing_twice() -> None:
    texts = [row[0] for row in HASHTAGS + FREE_TEXT + MORE]
    assert len(texts) >= 700
    assert len(set(texts)) == len(texts)


# --- what a reading holds -------------------------------------------------------------------------------------------


def test_nothing_said_is_none_and_not_zero() -> None:
    assert read("Morning Run") is None
    zero = read("no knee pain")
    assert zero is not None
    assert (zero.state, zero.score) == (PainState.ZERO, 0.0)


def test_evidence_quotes_the_words_as_they_were_typed() -> None:
    tag = read("Long run with Anna.\nFelt ok until km 8, then <b>#KneePain</b> ３/10 left! Coffee after.")
    assert tag is not None
    assert [piece.text for piece in tag.evidence] == ["#KneePain ３/10 left"]
    suspicion = read("Sunny. My Knée hurt\u00a0a bit, nothing else.")
    assert suspicion is not None
    assert [piece.text for piece in suspicion.evidence] == ["My Knée hurt a bit"]


def test_evidence_of_a_bare_text_names_no_provider() -> None:
    tag = read("#kneepain")
    assert tag is not None
    assert (tag.evidence[0].provider, tag.evidence[0].field, tag.manual) == (None, None, False)


def test_evidence_stays_short() -> None:
    tag = read("knee pain " + "and more words " * 500 + "#kneepain3 " * 500)
    assert tag is not None
    assert tag.score == 3
    assert len(tag.evidence) <= 20
    assert all(len(piece.text) <= 160 for piece in tag.evidence)


# --- several texts --------------------------------------------------------------------------------------------------


def notes(*texts: tuple[Provider, str, str]) -> list[tuple[Provider, Note]]:
    return [(provider, Note(field, text)) for provider, field, text in texts]


def test_all_texts_are_read_and_the_highest_score_wins() -> None:
    texts = notes(
        (Provider.GARMIN, "name", "Rome Running"),
        (Provider.GARMIN, "description", "#kneepain 2/10 left"),
        (Provider.STRAVA, "name", "Long one #kneepain5"),
        (Provider.STRAVA, "private_note", "knee pain-free on the flat, though"),
    )
    tag = of_texts(texts, Kind.RUN)
    assert tag is not None
    assert (tag.state, tag.score, tag.side) == (PainState.TAGGED, 5.0, Side.LEFT)
    assert [(piece.provider, piece.field, piece.text) for piece in tag.evidence] == [
        ("strava", "name", "#kneepain5"),
        ("garmin", "description", "#kneepain 2/10 left"),
    ]


def test_a_tag_beats_a_suspicion_and_both_are_kept() -> None:
    texts = notes((Provider.GARMIN, "description", "my knee hurt"), (Provider.STRAVA, "description", "#kneepain"))
    tag = of_texts(texts, Kind.RUN)
    assert tag is not None
    assert tag.state is PainState.TAGGED
    assert {piece.provider for piece in tag.evidence} == {"garmin", "strava"}


@pytest.mark.parametrize("pain", ["#kneepain3", "knee pain 3/10"])
@pytest.mark.parametrize("none", ["#kneepain0", "#nokneepain", "no knee pain", "knee felt fine"])
def test_pain_wins_over_an_explicit_zero(pain: str, none: str) -> None:
    texts = notes((Provider.GARMIN, "description", none), (Provider.STRAVA, "description", pain))
    tag = of_texts(texts, Kind.RUN)
    assert tag is not None
    assert tag.state in (PainState.TAGGED, PainState.SUSPECTED)
    assert tag.score == 3
    assert [piece.provider for piece in tag.evidence] == ["strava"]


@pytest.mark.parametrize("kind", [Kind.STRENGTH, Kind.OTHER])
def test_notes_of_other_activities_never_tag(kind: Kind) -> None:
    assert of_texts(notes((Provider.GARMIN, "description", "#kneepain 7/10")), kind) is None


def test_no_texts_is_nothing_said() -> None:
    assert of_texts([], Kind.RUN) is None
    assert of_texts([(None, Note("name", ""))], Kind.RUN) is None


def test_a_text_without_a_provider_is_read_too() -> None:
    tag = of_texts([(None, Note("description", "#kneepain3")), ("strava", Note("name", "#kneepain2"))], Kind.RUN)
    assert tag is not None
    assert [piece.provider for piece in tag.evidence] == [None, "strava"]


SOME = [row[0] for row in HASHTAGS[::9] + FREE_TEXT[::9]]


@given(st.lists(st.tuples(st.sampled_from(list(Provider)), st.sampled_from(SOME)), max_size=5), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_texts_does_not_matter(said: list[tuple[Provider, str]], chance: object) -> None:
    texts = notes(*((provider, "description", text) for provider, text in said))
    mixed = list(texts)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert of_texts(mixed, Kind.RUN) == of_texts(texts, Kind.RUN)


# --- any text -------------------------------------------------------------------------------------------------------

WORDS = sorted(notes_words.SIGNS) + [
    " ".join(row) for key in notes_words.PHRASES for row, _ in notes_words.PHRASES[key]
]
MARKS = [
    "#",
    "#kneepain",
    "knee",
    "pain",
    "3/10",
    "0",
    "11/10",
    "3",
    "-",
    "/",
    ".",
    ",",
    "?",
    "\n",
    "'s",
    "(",
    ")",
    ":",
    "<b>",
]


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    for around in (text, f"knee {text} pain", f"#kneepain{text}", f"{text}knee"):
        read(around)


@given(
    st.lists(st.sampled_from(WORDS) | st.sampled_from(MARKS), max_size=25), st.sampled_from([" ", "", "-", "\u200b "])
)
@settings(max_examples=500, deadline=None)
def test_any_row_of_known_words_gives_a_sound_reading(words: list[str], between: str) -> None:
    text = between.join(words)
    tag = read(text)
    if tag is None:
        return
    assert (tag.state is PainState.ZERO) == (tag.score == 0)
    assert tag.score is None or 0 <= tag.score <= 10
    assert tag.evidence
    assert all(piece.text.strip() for piece in tag.evidence)


@given(st.sampled_from([row[0] for row in HASHTAGS + FREE_TEXT if not re.search("http|www|&|@", row[0])]))
@settings(max_examples=150, deadline=None)
def test_case_accents_and_invisible_characters_do_not_matter(text: str) -> None:
    plain = what(text)
    assert what(text.upper()) == plain
    assert what(unicodedata.normalize("NFD", text)) == plain
    assert (
        what(
            "".join(char + "\u0301" if char.isascii() and char.isalpha() and "<" not in text else char for char in text)
        )
        == plain
    )
    assert what("\u200b".join(text) if "<" not in text else text) == plain


@given(
    st.sampled_from([row for row in HASHTAGS + FREE_TEXT if row[1] == T]),
    st.sampled_from(["Nice and sunny. ", "Easy 5 km\n"]),
)
@settings(max_examples=80, deadline=None)
def test_words_of_other_sentences_change_nothing(row: tuple[str, str, float | None, str | None], around: str) -> None:
    assert what(f"{around}{row[0]}\n{around}") == what(row[0])


HARD = {
    "prose": "easy run with friends and coffee after. ",
    "pain": "knee pain ",
    "no pain": "no knee pain, ",
    "tags": "#kneepain3/10 ",
    "hashes": "#",
    "hyphens": "#kneepain-x-",
    "markup": "<a ",
    "ampersands": "&",
    "slashes": "1/",
    "dashes": "3-",
    "at signs": "knee@",
    "marks": "?!",
    "accents": "é knie ü ",
    "underscores": "_",
    "spaces": " \n",
}


@pytest.mark.parametrize("unit", HARD.values(), ids=HARD.keys())
def test_work_grows_no_faster_than_the_text(unit: str) -> None:
    def texts(length: int) -> tuple[str, list[str]]:
        """One of eight parts, and the parts."""
        parts = [f"{unit * (length // len(unit))} knee pain {number}/10" for number in range(1, 9)]
        return "".join(parts), parts

    whole, parts = texts(2_500)
    _found.cache_clear()
    assert steps(lambda: read(whole)) < 3 * sum(steps(lambda part=part: read(part)) for part in parts)
    # What regular expressions do inside is no step, so a whole is also timed against its parts, side by side and
    # each at its best; a quadratic one takes eight times as long for the whole.
    whole, parts = texts(20_000)
    together, apart = [], []
    while not together or (min(together) > 3 * min(apart) and len(together) < 8):
        together.append(_own_time(whole))
        apart.append(sum(map(_own_time, parts)))
    assert min(together) <= 3 * min(apart)


def _own_time(text: str) -> float:
    """Of reading a text that was not read before, in no particular unit."""
    _found.cache_clear()
    before = time.process_time()
    assert read(text) is not None
    return time.process_time() - before


def test_a_long_diary_is_read_to_its_end() -> None:
    text = "Easy run with friends, coffee after, legs a bit heavy. " * 1900 + "#kneepain 3/10 left"
    assert len(text) > 100_000
    assert what(text) == (T, 3, L)


# --- vocabulary and page --------------------------------------------------------------------------------------------


def test_vocabulary_is_folded() -> None:
    for word in notes_words.SIGNS:
        assert word == word.lower()
        assert word.isascii(), word


def test_the_examples_of_the_page_are_true() -> None:
    page = (REPO / "docs" / "reference" / "notes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.+?)` \| (\w+) \| ([\d.]+|–) \| (\w+|–) \|", page, re.MULTILINE)
    assert len(rows) >= 60
    for text, state, score, side in rows:
        expected = (state, None if score == "–" else float(score), None if side == "–" else side)
        assert what(text) == expected, text
