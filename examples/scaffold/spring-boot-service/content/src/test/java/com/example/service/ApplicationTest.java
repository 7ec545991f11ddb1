package com.example.service;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.web.servlet.MockMvc;

@SpringBootTest
@AutoConfigureMockMvc
class ApplicationTest {

  @Autowired private MockMvc mvc;

  @Test
  void saysThatItLivesAndWhoItIs() throws Exception {
    mvc.perform(get("/healthz")).andExpect(jsonPath("$.status").value("ok"));
    mvc.perform(get("/")).andExpect(jsonPath("$.service").value("${{ values.name }}"));
    mvc.perform(get("/elsewhere")).andExpect(status().isNotFound());
  }
}
